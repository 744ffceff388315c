import FilterAPI
import Logging
import NIOCore
import NIOPosix

@testable import Upstream

/// The upstream side of one event loop with one service, and servers for it.
final class UpstreamFixture: Sendable {
    let group: MultiThreadedEventLoopGroup
    let eventLoop: any EventLoop
    let client: NIOLoopBound<ServiceClient>
    let upstream: NIOLoopBound<UpstreamLoop>
    let registry: ServiceRegistry

    /// Runs `body` with a service of that definition, and takes everything down after it.
    static func run(
        _ definition: ServiceDefinition,
        resolver: any AddressResolver = ScriptedResolver(),
        descriptorCeiling: Int = .max,
        _ body: (UpstreamFixture) async throws -> Void
    ) async throws {
        let fixture = try await UpstreamFixture(definition, resolver, descriptorCeiling)
        do {
            try await body(fixture)
        } catch {
            try await fixture.shutdown()
            throw error
        }
        try await fixture.shutdown()
    }

    /// Runs `body` with one server, and a service that has it as its only endpoint.
    static func runWithServer(
        change: (inout ServiceDefinition) -> Void = { _ in },
        _ body: (UpstreamFixture, RawServer) async throws -> Void
    ) async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        var definition = ServiceDefinition(name: "test.static", source: .fixed([server.address]))
        change(&definition)
        try await run(definition) { try await body($0, server) }
        try? await server.stop()
    }

    private init(
        _ definition: ServiceDefinition,
        _ resolver: any AddressResolver,
        _ descriptorCeiling: Int
    ) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        self.eventLoop = eventLoop
        let registry = ServiceRegistry(
            resolver: resolver,
            eventLoop: eventLoop,
            logger: Logger(label: "test"),
            descriptorCeiling: descriptorCeiling
        )
        self.registry = registry
        let services = try registry.services([definition])
        let name = definition.name
        (upstream, client) = try await eventLoop.submit {
            let upstream = UpstreamLoop(eventLoop: eventLoop, services: services, registry: registry)
            guard let client = upstream.client(for: name) else { throw ChannelError.inappropriateOperationForState }
            return (NIOLoopBound(upstream, eventLoop: eventLoop), NIOLoopBound(client, eventLoop: eventLoop))
        }.get()
    }

    private func shutdown() async throws {
        let upstream = self.upstream
        try await eventLoop.flatSubmit { upstream.value.close() }.get()
        try await group.shutdownGracefully()
    }

    /// Begins a request; one without a body is flushed.
    func begin(
        _ method: HTTPMethod = .get,
        path: String = "/",
        framing: RequestFraming = .none,
        keepsBytes: Bool = true,
        flushes: Bool = true
    ) async throws -> TestExchange {
        let (stream, continuation) = AsyncStream.makeStream(of: ExchangeEvent.self)
        let delivered = Delivered(keepsBytes: keepsBytes)
        let (client, eventLoop) = (self.client, self.eventLoop)
        return try await eventLoop.submit {
            let exchange = client.value.begin(
                request: RequestHead(method: method, authority: "a.test", path: path),
                framing: framing,
                receiver: ExchangeRecorder(continuation, delivered)
            )
            if flushes { exchange.flush() }
            return TestExchange(exchange, stream, delivered, on: eventLoop)
        }.get()
    }

    var counters: ServiceCounters {
        get async throws {
            let client = self.client
            return try await eventLoop.submit { client.value.counters }.get()
        }
    }
}
