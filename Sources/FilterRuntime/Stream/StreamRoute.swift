package import FilterAPI
package import NIOCore
package import Upstream

/// A route as the streams of one event loop use it.
package final class StreamRoute {
    /// What becomes of a request when all filters have let it pass.
    package enum Destination {
        /// It goes to a service.
        case service(any RequestStarting)
        /// The gateway answers it.
        case answer((RequestHead) -> LocalResponse)
    }

    package let name: String
    package let serviceName: String?
    package let destination: Destination
    /// The filters, when the route alone decides which run.
    package let chain: ResolvedChain
    /// Changes target and host before the request goes upstream; an error is answered with 400.
    package let rewrite: ((inout RequestHead) throws -> Void)?
    /// How long the whole answer may take, from the moment the request has gone upstream.
    package let timeout: TimeAmount?
    /// The most bytes that the request's body may have.
    package let requestBodyLimit: Int?
    /// The protocols that a client may change to, in lower case.
    package let upgrades: [String]
    /// What becomes of the fields of every answer, before the filters see it.
    package let responseHeaders: HeaderChange?
    /// Which redirects of its service are followed here; `nil` for none.
    package let internalRedirect: InternalRedirect?
    /// Where its streams are counted, from the first one on.
    var tally: RequestTally?

    package init(
        name: String,
        serviceName: String?,
        destination: Destination,
        chain: ResolvedChain,
        rewrite: ((inout RequestHead) throws -> Void)? = nil,
        timeout: TimeAmount? = nil,
        requestBodyLimit: Int? = nil,
        upgrades: [String] = [],
        responseHeaders: HeaderChange? = nil,
        internalRedirect: InternalRedirect? = nil
    ) {
        self.name = name
        self.serviceName = serviceName
        self.destination = destination
        self.chain = chain
        self.rewrite = rewrite
        self.timeout = timeout
        self.requestBodyLimit = requestBodyLimit
        self.upgrades = upgrades
        self.responseHeaders = responseHeaders
        self.internalRedirect = internalRedirect
    }
}

/// The configuration in force as the streams of one event loop use it; a stream keeps the one it began with.
package protocol StreamSnapshot: AnyObject {
    /// All filters in order.
    var chain: FilterChain { get }
    /// The filters of a request that no route matches.
    var chainWithoutRoute: ResolvedChain { get }
    /// Times and sizes.
    var settings: StreamSettings { get }
    /// Whether some route looks at header fields, so that changing one may change the route.
    var routesLookAtHeaders: Bool { get }
    /// Whether redirects of services are followed on some route, so that streams keep their requests.
    var followsRedirects: Bool { get }
    /// The protocols that a client may change to on some route, in lower case.
    var upgrades: Set<String> { get }
    /// What traces its streams; `nil` for nothing.
    var tracer: Tracer? { get }
    /// The route of a request.
    func route(for head: inout RequestHead) -> StreamRoute?
}

extension StreamSnapshot {
    package var followsRedirects: Bool { false }
    package var upgrades: Set<String> { [] }
    package var tracer: Tracer? { nil }
}

/// Times and sizes of a stream.
package struct StreamSettings: Sendable, Hashable {
    /// How long nothing may happen on a stream; default 5 minutes.
    package var idleTimeout = TimeAmount.minutes(5)
    /// How long a filter may hold a stream; default 60 s.
    package var filterTimeout = TimeAmount.seconds(60)
    /// How many bytes of body may wait in a stream in each direction; default 64 KiB.
    package var buffer = 64 * 1024
    /// The most bytes that a request's body may have; default no limit.
    package var requestBodyLimit = Int.max

    package init() {}
}
