package import FilterAPI

/// Which redirects of a route's service are followed by the gateway itself: a pure value.
///
/// Source: Envoy, "Internal redirects", whose `internal_redirect_policy` has the same parts and defaults.
package struct InternalRedirect: Sendable, Hashable {
    /// The statuses whose `Location` is followed: some of 301, 302, 303, 307, 308.
    package var statuses: Set<Int>
    /// How many redirects a request may have behind it when this route's service answers with one more.
    package var maximum: Int
    /// Whether the target has to be on the host that the request names, whatever its port.
    package var keepsHost: Bool
    /// The schemes that a target may have; `nil` for that which the client has used.
    package var schemes: Set<RequestHead.Scheme>?

    package init(
        statuses: Set<Int> = [302],
        maximum: Int = 1,
        keepsHost: Bool = true,
        schemes: Set<RequestHead.Scheme>? = nil
    ) {
        self.statuses = statuses
        self.maximum = maximum
        self.keepsHost = keepsHost
        self.schemes = schemes
    }

    /// The request that follows an answer.
    ///
    /// - Parameters:
    ///   - response: The answer's head.
    ///   - request: The request as the client sent it, or as the last redirect made it: what `Location` is relative to.
    ///   - followed: How many redirects were followed before.
    /// - Returns: `nil` for an answer that goes to the client.
    package func request(
        after response: ResponseHead,
        to request: RequestHead,
        following followed: Int
    ) -> RequestHead? {
        guard self.statuses.contains(response.status), followed < self.maximum else { return nil }
        let locations = response.headers.values(of: .location)
        guard let location = locations.first, locations.count == 1,
            let target = RedirectTarget(location, of: request), self.allows(target, from: request)
        else { return nil }
        return target.request(after: response.status, from: request)
    }

    private func allows(_ target: RedirectTarget, from request: RequestHead) -> Bool {
        guard self.schemes?.contains(target.scheme) ?? (target.scheme == request.clientScheme) else { return false }
        return !self.keepsHost || target.isOnHost(of: request.authority)
    }
}

extension RequestHead {
    /// The scheme that the client has used, also towards a trusted proxy.
    package var clientScheme: Scheme {
        self.headers[.xForwardedProto].flatMap { Scheme(rawValue: $0) } ?? self.scheme
    }
}
