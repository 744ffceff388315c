public import FilterAPI
import FilterRuntime
import NIOCore

/// A gateway in memory: the real chain and the real streams, with scripted services and a clock that a test moves.
///
/// ```swift
/// let gateway = try TestGateway(
///     filters: [.init(KeyAuth.self, config: ["consumers": [["name": "alice", "credential": "k1"]]])]
/// ) { request in
///     TestResponse(status: 200, body: "hello \(request.path)")
/// }
/// let response = await gateway.send(TestRequest(.get, "/x", headers: ["x-api-key": "k1"]))
/// #expect(response.status == 200)
/// #expect(gateway.upstreamRequests.count == 1)
/// #expect(gateway.isIdle)
/// ```
///
/// Time is virtual and begins at the same moment in each test. ``send(_:)`` lets it pass only when nothing else is left
/// to do, so a service that answers after a minute costs a test nothing; a stream from ``open(_:hasBody:)`` waits for
/// ``advance(by:)``.
public final class TestGateway: Sendable {
    /// The metrics that the filters registered.
    public let metrics: MetricRegistry
    private let captured: CapturedLog
    let core: GatewayCore

    /// 1 January 2026, 00:00 UTC, in seconds since 1970: when the clock begins unless a test says otherwise.
    public static let defaultStartTime: Int64 = 1_767_225_600

    /// Makes a gateway.
    ///
    /// - Parameters:
    ///   - filters: The entries of the chain, as in the file.
    ///   - routes: The routes; default one for every path, named `default`, to the service `upstream.static`.
    ///   - services: The names that the filters' configuration may use; default every name with a type suffix.
    ///   - limits: Times and sizes; default the product's.
    ///   - chunking: How bodies are cut unless a request or response says; default not at all.
    ///   - startTime: The time of day at the beginning, in seconds since 1970.
    ///   - upstream: Answers the requests that reach a service which has no script of its own.
    /// - Throws: ``TestConfigurationError`` with all mistakes in the configuration.
    public init(
        filters: [TestFilter],
        routes: [TestRoute] = [TestRoute("default")],
        services: [String]? = nil,
        limits: TestLimits = TestLimits(),
        chunking: Chunking = .whole,
        startTime: Int64 = TestGateway.defaultStartTime,
        upstream: @escaping TestService.Script = { _ in TestResponse(status: 200) }
    ) throws {
        self.captured = CapturedLog()
        self.metrics = MetricRegistry()
        let reading = ChainReading(
            filters: filters,
            routes: routes,
            services: services,
            logger: self.captured.logger,
            metrics: self.metrics
        )
        self.core = GatewayCore(
            eventLoop: VirtualEventLoop(),
            chain: try reading.chain(),
            routes: routes,
            limits: limits,
            chunking: chunking,
            logger: self.captured.logger,
            startTime: startTime &* 1_000_000_000
        )
        for name in Set(routes.map(\.service)) { self.core.services.service(name).answer(upstream) }
    }

    deinit {
        let core = self.core
        core.eventLoop.execute { core.shutdown() }
    }

    /// What `sluice check` would say about an entry's `config`: errors and warnings, one line each.
    public static func issues<F: Filter>(
        of type: F.Type,
        config: ConfigurationNode? = nil,
        matchRules: [TestRule] = [],
        services: [String]? = nil
    ) -> [String] {
        let reading = ChainReading(
            filters: [TestFilter(type, config: config, matchRules: matchRules)],
            routes: [],
            services: services,
            logger: CapturedLog().logger,
            metrics: MetricRegistry()
        )
        _ = try? reading.chain()
        return reading.issues.map(\.description)
    }

    /// What filters and gateway logged so far.
    public var log: [LogLine] { self.captured.lines }
}

// MARK: Clients

extension TestGateway {
    /// Sends a request and waits for the end of the stream.
    ///
    /// Time passes when nothing else is left to do, so even a service that never answers ends in a timeout.
    @discardableResult
    public func send(_ request: TestRequest) async -> ReceivedResponse {
        let hasBody = request.body.readableBytes > 0 || request.trailers != nil
        let announces = request.announcesLength && request.trailers == nil
        let stream = await self.open(
            request,
            hasBody: hasBody,
            contentLength: hasBody && announces ? request.body.readableBytes : nil
        )
        if hasBody {
            for part in (request.chunking ?? self.core.chunking).parts(of: request.body) { await stream.send(part) }
            await stream.end(trailers: request.trailers)
        }
        return await stream.response()
    }

    /// Begins a stream that the test drives.
    ///
    /// - Parameters:
    ///   - request: The head; its body and trailers are not sent, the test sends them.
    ///   - hasBody: Whether a body follows; without one the request is complete at once.
    ///   - readsPaused: Whether the client reads nothing until the test says so.
    public func open(
        _ request: TestRequest,
        hasBody: Bool = false,
        readsPaused: Bool = false
    ) async -> TestStream {
        await self.open(request, hasBody: hasBody, contentLength: nil, readsPaused: readsPaused)
    }

    private func open(
        _ request: TestRequest,
        hasBody: Bool,
        contentLength: Int?,
        readsPaused: Bool = false
    ) async -> TestStream {
        let core = self.core
        let (events, continuation) = AsyncStream<TestEvent>.makeStream()
        let client = TestStream.ClientBox(value: TestClient(core: core, events: continuation))
        await core.eventLoop.run {
            if readsPaused { client.value.pauseReading() }
            client.value.begin(request, hasBody: hasBody, contentLength: contentLength)
        }
        return TestStream(events: events, core: core, client: client.value)
    }
}

// MARK: Services and time

extension TestGateway {
    /// The service that the default route leads to.
    public var upstream: TestService { self.core.services.service("upstream.static") }

    /// What came through routes to services, in the order of the heads.
    public var upstreamRequests: [ServiceRequest] {
        self.core.eventLoop.read { self.core.upstreamRequests.map(\.value) }
    }

    /// Bytes of response bodies that services have sent.
    public var upstreamBytesSent: Int { self.core.eventLoop.read { self.core.upstreamBytesSent } }

    /// The service of that address, with a script for it when one is given.
    @discardableResult
    public func http(_ name: String, _ script: TestService.Script? = nil) -> TestService {
        let service = self.core.services.service(name)
        if let script { service.answer(script) }
        return service
    }

    /// The Redis server of that address: an empty one until the test or a filter fills it.
    public func redis(_ name: String) -> TestRedis { self.core.services.redis(name) }

    /// Lets no service read bodies of requests: 64 KiB later their connections take no more.
    public func pauseUpstream() async {
        await self.core.eventLoop.run { self.core.isUpstreamPaused = true }
    }

    /// Lets services read on.
    public func resumeUpstream() async {
        await self.core.eventLoop.run { self.core.resumeUpstream() }
    }

    /// Lets time pass; what becomes due on the way happens at its own time.
    public func advance(by time: Duration) async {
        await self.core.eventLoop.advance(by: TimeAmount(time))
    }

    /// Does everything that can be done without time passing.
    public func settle() async { await self.core.eventLoop.settle() }

    /// The time of day, in nanoseconds since 1970.
    public var time: Int64 { self.core.clock.nanosecondsSince1970 }
}

// MARK: Leaks

extension TestGateway {
    /// Streams that have begun and not ended.
    public var liveStreams: Int { self.core.eventLoop.read { self.core.streamLoop.liveStreams } }
    /// Operations of filters that have begun and not ended, cancelled ones included.
    public var liveOperations: Int { self.core.eventLoop.read { self.core.streamLoop.liveOperations } }
    /// Detached work that has begun and not ended.
    public var liveDetached: Int { self.core.eventLoop.read { self.core.streamLoop.liveDetached } }
    /// Requests to services that neither side has ended.
    public var liveExchanges: Int { self.core.eventLoop.read { self.core.exchanges.count } }

    /// Whether nothing is left of any stream.
    public var isIdle: Bool {
        self.core.eventLoop.read {
            let loop = self.core.streamLoop
            return loop.liveStreams == 0 && loop.liveOperations == 0 && loop.liveDetached == 0
                && self.core.exchanges.isEmpty
        }
    }
}
