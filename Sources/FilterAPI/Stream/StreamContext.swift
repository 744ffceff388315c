public import NIOCore

/// One exchange of request and response, as its filters see it.
///
/// Confined to one event loop: hooks and the operations of ``FilterAction/suspend(_:)`` run there and may use it freely.
public final class StreamContext {
    /// The request's head; filters may change it until it has gone upstream.
    @exclusivity(unchecked) public var request = RequestHead()
    /// The response's head; meaningful from the response hooks on.
    @exclusivity(unchecked) public var response = ResponseHead(status: 0)
    /// Who made the response.
    @exclusivity(unchecked) public package(set) var responseOrigin = ResponseOrigin.upstream
    /// Whether the request announces a body.
    @exclusivity(unchecked) public package(set) var requestHasBody = false
    /// The client's HTTP version as the access log prints it: `HTTP/1.0`, `HTTP/1.1` or `HTTP/2`.
    @exclusivity(unchecked) public package(set) var protocolVersion = "HTTP/1.1"

    /// The name of the selected route; `nil` when none matches.
    @exclusivity(unchecked) public package(set) var routeName: String?
    /// The address of the service that the route names, such as `llm.static`.
    @exclusivity(unchecked) public package(set) var serviceName: String?

    /// The address of the connection's other end.
    @exclusivity(unchecked) public package(set) var remoteAddress: SocketAddress?
    /// The address of the client: the other end, or what a trusted proxy says about it; `nil` when that proxy says what is
    /// no address. Who must not let strangers pass refuses then: ``remoteAddress`` is the proxy's own.
    @exclusivity(unchecked) public package(set) var clientAddress: String?

    /// The authenticated consumer, set by an auth filter.
    ///
    /// The upstream learns it from the field `x-mse-consumer`, which the auth filter sets; one that the client sent is removed
    /// before the first filter.
    @exclusivity(unchecked) public var consumer: String?
    /// Typed values that filters leave for each other.
    @exclusivity(unchecked) public var attributes = StreamAttributes()
    /// What filters say in the access log's `ai_log` object.
    @exclusivity(unchecked) public var aiLog: [(key: String, value: LogValue)] = []
    /// What became of the stream so far.
    @exclusivity(unchecked) public package(set) var record = StreamRecord()

    /// The loop that everything about this stream runs on.
    public let eventLoop: any EventLoop
    /// Calls to named services.
    public let callouts: any Callouts
    /// Seconds and nanoseconds for filters; a virtual one in tests.
    public let clock: any StreamClock

    /// Names of query parameters that hold a secret, as they are after percent-decoding; see
    /// ``maskQueryParameters(_:)``.
    @exclusivity(unchecked) public private(set) var maskedQueryParameters: [String] = []
    /// Names of header fields of the request that hold a secret; see ``maskHeaderFields(_:)``.
    @exclusivity(unchecked) public private(set) var maskedHeaderFields: [HeaderName] = []

    @exclusivity(unchecked) package var received = ReceivedTarget()
    @exclusivity(unchecked) package var skipped: [String] = []
    @exclusivity(unchecked) package var isRoutePinned = false
    @exclusivity(unchecked) package var completesOnDisconnect = false
    package var detach: ((FilterOperation) -> Void)?

    /// Makes a stream's context; the gateway and the test kit do.
    package init(eventLoop: any EventLoop, callouts: any Callouts, clock: any StreamClock) {
        self.eventLoop = eventLoop
        self.callouts = callouts
        self.clock = clock
    }
}

extension StreamContext {
    /// Keeps filters out of the rest of this stream, on the request's and the response's way.
    ///
    /// - Parameter filter: The name of an entry, or of a filter for all its entries.
    public func skip(filter: String) {
        if !self.skipped.contains(filter) { self.skipped.append(filter) }
    }

    /// Keeps the selected route even if a filter changes host, path or header fields.
    public func pinRoute() { self.isRoutePinned = true }

    /// Sets a value of the access log's `ai_log` object.
    public func setAILog(_ key: String, _ value: LogValue) {
        if let index = self.aiLog.firstIndex(where: { $0.key == key }) {
            self.aiLog[index].value = value
        } else {
            self.aiLog.append((key, value))
        }
    }

    /// Lets the upstream finish its answer for the filters if the client leaves before the end.
    public func completeOnDisconnect() { self.completesOnDisconnect = true }

    /// Runs work that may outlive the stream, on its event loop: for what the client must not wait for.
    ///
    /// The work is not cancelled when the stream ends. It must bound itself: callouts do by their timeouts. The gateway
    /// waits for it when it drains.
    public func detach(_ operation: nonisolated(nonsending) @escaping () async -> Void) {
        self.detach?(
            FilterOperation {
                await operation()
                return .continue
            }
        )
    }

    /// Keeps the values of query parameters out of access logs.
    ///
    /// A filter that takes credentials from the query says so in ``Filter/makeStream(_:)``, so that a stream is masked also
    /// when it is answered before the filter's turn.
    ///
    /// - Parameter names: The names after percent-decoding, compared with case.
    public func maskQueryParameters(_ names: [String]) {
        if self.maskedQueryParameters.isEmpty {
            self.maskedQueryParameters = names
        } else {
            self.maskedQueryParameters += names
        }
    }

    /// Keeps the values of header fields of the request out of logs, traces and statistics.
    ///
    /// A filter that takes credentials from fields of the operator's choice says so in ``Filter/makeStream(_:)``, as of
    /// query parameters. For fields that are always secret, such as `authorization`, there is no need to.
    ///
    /// - Parameter names: The names; best an array that was made once for all streams.
    public func maskHeaderFields(_ names: [HeaderName]) {
        if self.maskedHeaderFields.isEmpty {
            self.maskedHeaderFields = names
        } else {
            self.maskedHeaderFields += names
        }
    }

    package func reset() {
        self.request.reset()
        self.received = ReceivedTarget()
        self.requestHasBody = false
        if !self.maskedQueryParameters.isEmpty { self.maskedQueryParameters = [] }
        if !self.maskedHeaderFields.isEmpty { self.maskedHeaderFields = [] }
        self.record = StreamRecord()
        self.forgetPassage()
    }

    /// Puts another request in the place of this one, as the client could have sent it: what filters and services have said
    /// so far is forgotten. What was received, and what is kept out of logs, stays.
    package func beginAgain(with request: RequestHead, hasBody: Bool) {
        self.request = request
        self.requestHasBody = hasBody
        self.record.responseCodeDetails = ""
        self.record.upstreamServiceTime = nil
        self.record.upstreamHost = nil
        self.record.upstreamCluster = nil
        self.forgetPassage()
    }

    /// Forgets all that the way through the filters has left behind.
    private func forgetPassage() {
        self.response.reset()
        self.responseOrigin = .upstream
        self.routeName = nil
        self.serviceName = nil
        self.consumer = nil
        self.attributes.reset()
        self.aiLog.removeAll(keepingCapacity: true)
        self.skipped.removeAll(keepingCapacity: true)
        self.isRoutePinned = false
        self.completesOnDisconnect = false
    }
}

/// The time as filters see it.
public protocol StreamClock: AnyObject {
    /// A time that only goes forward.
    var now: NIODeadline { get }
    /// Nanoseconds since 1970.
    var nanosecondsSince1970: Int64 { get }
}
