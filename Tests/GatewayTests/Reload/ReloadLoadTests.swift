import FilterAPI
import Gateway
import Synchronization
import TestSupport
import Testing

@Suite("Reload under load", .timeLimit(.minutes(15)))
struct ReloadLoadTests {
    @Test("loses no request and no connection in 200 reloads, and keeps nothing of old configurations")
    func manyReloads() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "hello") }
        let endpoint = upstream.endpoint
        @Sendable func text(_ round: Int) -> String {
            // Every other one changes the service as well, so that its pools come and go.
            ReloadText.proxying(
                endpoint,
                service: ", idleTimeout: \(round % 2 + 50)s",
                route: ", timeout: \(round % 7 + 60)s",
                more:
                    "filters: [{ filter: living, config: { round: \(round) } }, { filter: access-log, config: { path: /dev/null } }]"
            )
        }
        try await ReloadFixture.run(text(0), filters: [Living.self], workers: 2) { gateway in
            let load = Requests()
            let port = try gateway.port()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for keepsConnection in [true, true, true, false] {
                    tasks.addTask { try await load.run(port, keepsConnection: keepsConnection) }
                }
                for round in 1...200 {
                    try await gateway.apply(text(round))
                    #expect(gateway.server.isReady)
                }
                let before = load.answers
                #expect(await eventually { load.answers > before + 10 })
                load.end()
                try await tasks.waitForAll()
            }
            #expect(load.failures == [])
            #expect(load.answers > 200)
            #expect(await eventually { Living.count == 1 }, "\(Living.count) filters live")
            let counts = await gateway.server.liveCounts()
            #expect(counts.streams == 0 && counts.operations == 0 && counts.detached == 0, "\(counts)")
            #expect(await eventually { await gateway.server.liveCounts().connections == 0 })
        }
        #expect(await eventually { Living.count == 0 })
        await upstream.stop()
    }
}

/// Counts those of its kind that live.
private final class Living: Filter, RequestHeadHook {
    static let name = "living"
    static let summary = "Counts filters."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {
            _ = fields.integer("round", in: 0...1000, default: 0, help: "Makes configurations differ.")
        }
    }

    private static let living = Atomic<Int>(0)
    static var count: Int { self.living.load(ordering: .sequentiallyConsistent) }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {
        Living.living.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    deinit { Living.living.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

    func requestHead(_ stream: StreamContext) -> FilterAction { .continue }
}

/// Requests that go on until they are told to end.
private final class Requests: Sendable {
    private let state = Mutex((answers: 0, failures: [String](), hasEnded: false))

    var answers: Int { self.state.withLock { $0.answers } }
    var failures: [String] { self.state.withLock { $0.failures } }
    private var hasEnded: Bool { self.state.withLock { $0.hasEnded } }

    func end() { self.state.withLock { $0.hasEnded = true } }

    func run(_ port: Int, keepsConnection: Bool) async throws {
        repeat {
            let client = try await RawClient.connect(port: port)
            repeat {
                try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                self.count(try await client.readResponse())
                client.clear()
            } while keepsConnection && !self.hasEnded
            if client.isClosedByPeer { self.fail("a connection was closed") }
            await client.close()
        } while !self.hasEnded
    }

    private func count(_ answer: String) {
        guard answer.hasPrefix("HTTP/1.1 200 "), answer.hasSuffix("hello") else { return self.fail(answer) }
        self.state.withLock { $0.answers += 1 }
    }

    private func fail(_ reason: String) { self.state.withLock { $0.failures.append(reason) } }
}
