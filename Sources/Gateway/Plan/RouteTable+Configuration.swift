import FilterAPI
import GatewayConfiguration
import NIOCore
import Upstream

extension RouteTable {
    /// The routes of a file. `nil` when something in them cannot be used; the issues then say what.
    init?(_ routes: [RouteConfiguration], _ issues: ConfigurationIssues) {
        var built: [Route] = []
        for (index, route) in routes.enumerated() {
            do throws(RouteMistake) {
                built.append(try Route(route, index: index))
            } catch {
                issues.error(at: route.position, route.location, error.message)
            }
        }
        guard built.count == routes.count else { return nil }
        self.init(built)
    }
}

/// Why a route of the file cannot be used.
private struct RouteMistake: Error {
    let message: String
}

private func pattern(_ text: String) throws(RouteMistake) -> Pattern {
    do throws(PatternError) {
        return try Pattern(text)
    } catch {
        throw RouteMistake(message: "regex \"\(text)\": \(error.message) (at offset \(error.offset))")
    }
}

extension Route {
    fileprivate convenience init(_ route: RouteConfiguration, index: Int) throws(RouteMistake) {
        guard let action = route.action else { throw RouteMistake(message: "found no action") }
        self.init(
            name: route.name,
            index: index,
            match: try RouteMatch(route.match),
            action: RouteAction(action),
            rewrite: try route.rewrite.map { (rule) throws(RouteMistake) in try RewriteRule(rule) },
            timeout: route.timeout,
            requestBodyLimit: route.requestBody,
            upgrades: route.upgrades,
            requestHeaders: route.requestHeaders.map { HeaderChange($0) },
            responseHeaders: route.responseHeaders.map { HeaderChange($0) },
            retry: route.retry.map { RetryPolicy($0) },
            fallback: route.fallback.map { FallbackRule(statuses: $0.statuses, service: $0.service) },
            mirror: route.mirror.map { MirrorRule(service: $0.service, percent: $0.percent) },
            internalRedirect: route.internalRedirect.map { InternalRedirect($0) },
            hashPolicy: route.hashPolicy.isEmpty ? nil : HashPolicy(route.hashPolicy.map { .init($0) })
        )
    }
}

extension RouteMatch {
    fileprivate init(_ match: MatchConfiguration) throws(RouteMistake) {
        let path: Upstream.PathMatch? =
            switch match.path {
            case nil: nil
            case .exact(let text): .exact(text)
            case .prefix(let text): .prefix(text)
            case .regex(let text): .regex(try pattern(text))
            }
        var headers: [HeaderCondition] = []
        for header in match.headers {
            headers.append(HeaderCondition(HeaderName(header.name), try Upstream.ValueMatch(header.condition)))
        }
        var query: [QueryCondition] = []
        for parameter in match.query {
            query.append(QueryCondition(parameter.name, try Upstream.ValueMatch(parameter.condition)))
        }
        self.init(
            domains: match.domains.compactMap { Upstream.DomainPattern($0) },
            path: path,
            methods: match.methods.map { HTTPMethod(rawValue: $0) },
            headers: headers,
            query: query
        )
    }
}

extension Upstream.ValueMatch {
    fileprivate init(_ condition: ValueMatchConfiguration.Condition) throws(RouteMistake) {
        switch condition {
        case .exact(let text): self = .exact(text)
        case .prefix(let text): self = .prefix(text)
        case .regex(let text): self = .regex(try pattern(text))
        case .present(let isPresent): self = isPresent ? .present : .absent
        }
    }
}

extension RouteAction {
    fileprivate init(_ action: RouteConfiguration.Action) {
        switch action {
        case .service(let name): self = .service(name)
        case .services(let shares):
            self = .services(ServiceSplit(shares.map { .init(service: $0.service, weight: $0.weight) }))
        case .redirect(let redirect): self = .redirect(RedirectRule(redirect))
        case .response(let response): self = .response(DirectResponse(response))
        }
    }
}

extension RedirectRule {
    fileprivate init(_ redirect: RedirectConfiguration) {
        let path: PathReplacement? =
            switch redirect.path {
            case nil: nil
            case .prefix(let text): .prefix(text)
            case .whole(let text): .path(text)
            }
        self.init(
            scheme: redirect.scheme.flatMap { RequestHead.Scheme(rawValue: $0) },
            host: redirect.host,
            path: path,
            status: redirect.status
        )
    }
}

extension DirectResponse {
    fileprivate init(_ response: DirectResponseConfiguration) {
        var headers = HeaderFields()
        for (name, value) in response.headers { headers.add(HeaderName(name), value) }
        if !response.body.isEmpty, !headers.contains(.contentType) {
            headers.add(.contentType, "text/plain; charset=utf-8")
        }
        self.init(status: response.status, headers: headers, body: ByteBuffer(string: response.body))
    }
}

extension RewriteRule {
    fileprivate init(_ rewrite: RewriteConfiguration) throws(RouteMistake) {
        let path: Path?
        switch rewrite.path {
        case nil: path = nil
        case .prefix(let text): path = .replacement(.prefix(text))
        case .whole(let text): path = .replacement(.path(text))
        case .regex(let text, let substitution):
            let found = try pattern(text)
            do throws(PatternError) {
                path = .regex(found, try PatternSubstitution(substitution, for: found))
            } catch {
                throw RouteMistake(message: "substitution \"\(substitution)\": \(error.message)")
            }
        }
        self.init(path: path, host: rewrite.host)
    }
}
