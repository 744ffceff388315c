import FilterAPI
import FilterRuntime
import NIOCore

/// The configuration of a test's gateway.
final class TestSnapshot: StreamSnapshot {
    let chain: FilterChain
    let chainWithoutRoute: ResolvedChain
    let settings: StreamSettings
    let routesLookAtHeaders: Bool
    let followsRedirects: Bool
    private let routes: [(test: TestRoute, route: StreamRoute)]

    init(chain: FilterChain, routes: [TestRoute], limits: TestLimits, start: (String) -> ScriptedServiceStart) {
        self.chain = chain
        self.chainWithoutRoute = chain.resolve(route: nil, service: nil, host: "")
        var settings = StreamSettings()
        settings.filterTimeout = TimeAmount(limits.filterTimeout)
        settings.idleTimeout = TimeAmount(limits.idleTimeout)
        settings.buffer = limits.buffer
        settings.requestBodyLimit = limits.requestBodyLimit
        self.settings = settings
        self.routesLookAtHeaders = routes.contains { $0.header != nil }
        self.followsRedirects = routes.contains { $0.internalRedirect != nil }
        self.routes = routes.map { test in
            let route = StreamRoute(
                name: test.name,
                serviceName: test.service,
                destination: .service(start(test.service)),
                chain: chain.resolve(route: test.name, service: test.service, host: ""),
                rewrite: test.rewrite,
                timeout: test.timeout.map { TimeAmount($0) },
                internalRedirect: test.internalRedirect
            )
            return (test, route)
        }
    }

    func route(for head: inout RequestHead) -> StreamRoute? {
        var best: (test: TestRoute, route: StreamRoute)?
        for candidate in self.routes where candidate.test.matches(head) {
            guard let known = best else {
                best = candidate
                continue
            }
            let new = candidate.test
            let isLonger = new.prefix.utf8.count > known.test.prefix.utf8.count
            let isEqual = new.prefix.utf8.count == known.test.prefix.utf8.count
            if isLonger || (isEqual && new.conditions > known.test.conditions) { best = candidate }
        }
        return best?.route
    }
}
