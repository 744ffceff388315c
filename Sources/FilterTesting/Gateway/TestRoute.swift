public import FilterAPI
package import Upstream

/// A route. The longest prefix wins; of equal ones that with more conditions, then the first.
public struct TestRoute: Sendable {
    /// What a route says about an entry of the chain.
    public enum Say: Sendable {
        /// The filter is left out.
        case disabled
        /// The filter runs with this configuration.
        case config(ConfigurationNode)
    }

    let name: String
    let prefix: String
    let host: String?
    let header: (name: HeaderName, value: String)?
    let service: String
    let filters: [String: Say]
    let timeout: Duration?
    let rewrite: (@Sendable (inout RequestHead) -> Void)?
    /// Which redirects of the service are followed; default none.
    package var internalRedirect: InternalRedirect?

    /// A route.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - prefix: What the path begins with; default `/`.
    ///   - host: The host, compared without case; default any.
    ///   - header: A field and its value that the request must have; default none.
    ///   - service: The service's address; default the gateway's scripted upstream.
    ///   - filters: What the route says about entries, by their names.
    ///   - timeout: How long the whole answer may take; default no limit.
    ///   - rewrite: Changes the head before it goes upstream.
    public init(
        _ name: String,
        prefix: String = "/",
        host: String? = nil,
        header: (name: HeaderName, value: String)? = nil,
        service: String = "upstream.static",
        filters: [String: Say] = [:],
        timeout: Duration? = nil,
        rewrite: (@Sendable (inout RequestHead) -> Void)? = nil
    ) {
        self.name = name
        self.prefix = prefix
        self.host = host
        self.header = header
        self.service = service
        self.filters = filters
        self.timeout = timeout
        self.rewrite = rewrite
    }

    func matches(_ head: RequestHead) -> Bool {
        if let host = self.host, head.authority.lowercased() != host.lowercased() { return false }
        if let header = self.header, head.headers[header.name] != header.value { return false }
        return head.path.hasPrefix(self.prefix)
    }

    /// How many conditions it has beside the prefix.
    var conditions: Int { (self.host == nil ? 0 : 1) + (self.header == nil ? 0 : 1) }
}
