import FilterAPI
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Upstream

/// How a connection is found among several endpoints.
@Suite(.timeLimit(.minutes(10)))
struct ConnectingTests {
    private func answer(_ server: RawServer, _ exchange: TestExchange) async throws {
        let connection = try await server.accept()
        _ = await connection.receive()
        try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        #expect(await exchange.response().status == 200)
    }

    @Test func endpointsAreTakenInTurn() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let servers = [try await RawServer.start(on: group), try await RawServer.start(on: group)]
        let definition = ServiceDefinition(name: "s", source: .fixed(servers.map(\.address)))
        try await UpstreamFixture.run(definition) { fixture in
            var endpoints: [String] = []
            for _ in 0..<4 {
                let exchange = try await fixture.begin()
                guard case .connected(let endpoint) = await exchange.next() else { break }
                endpoints.append(endpoint)
                let server = try #require(servers.first { $0.address.endpointText == endpoint })
                try await answer(server, exchange)
            }
            #expect(endpoints.count == 4)
            #expect(endpoints[0] != endpoints[1])
            #expect(endpoints[0] == endpoints[2])
            #expect(endpoints[1] == endpoints[3])
        }
    }

    @Test func aRefusingEndpointIsPassedOver() async throws {
        let refusing = try RefusingPort()
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let definition = ServiceDefinition(name: "s", source: .fixed([try refusing.address, server.address]))
        // It is tried once, and then avoided for a second. A machine that stands still for longer gets another try.
        var failures = 2
        for _ in 0..<20 where failures > 1 {
            try await UpstreamFixture.run(definition) { fixture in
                let start = ContinuousClock.now
                for _ in 0..<3 {
                    let exchange = try await fixture.begin()
                    try await answer(server, exchange)
                }
                let counters = try await fixture.counters
                #expect(counters.connects == 3)
                failures = counters.connectFailures
                #expect(failures == 1 || ContinuousClock.now - start >= .seconds(1))
            }
        }
        #expect(failures == 1)
        withExtendedLifetime(refusing) {}
    }

    @Test func whenAllRefuseTheFailureNamesThem() async throws {
        let refusing = [try RefusingPort(), try RefusingPort()]
        let addresses = try refusing.map { try $0.address }
        let definition = ServiceDefinition(name: "s", source: .fixed(addresses))
        try await UpstreamFixture.run(definition) { fixture in
            let response = try await fixture.begin().response()
            #expect(response.failure == .connectFailure)
            for address in addresses { #expect(response.message.contains(address.endpointText)) }
            let counters = try await fixture.counters
            #expect(counters.connectFailures == 2)
            #expect(counters.active == 0)
        }
        withExtendedLifetime(refusing) {}
    }

    @Test func withoutADescriptorItFailsAndNoEndpointIsBlamed() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let servers = [try await RawServer.start(on: group), try await RawServer.start(on: group)]
        var definition = ServiceDefinition(name: "s", source: .fixed(servers.map(\.address)))
        definition.outlierDetection = OutlierDetection(consecutiveFailures: 1, maximumEjectedPercent: 100)
        // Descriptors of sockets are never as low.
        try await UpstreamFixture.run(definition, descriptorCeiling: 3) { fixture in
            for _ in 0..<2 {
                let response = try await fixture.begin().response()
                #expect(response.failure == .overload)
                #expect(response.message.contains("no file descriptor"))
            }
            let counters = try await fixture.counters
            #expect(counters.descriptorShortages == 2)
            #expect(counters.connectFailures == 0 && counters.errors == 0 && counters.active == 0)
        }
        for server in servers { try await server.stop() }
    }

    @Test func aServiceWithoutEndpointsFails() async throws {
        try await UpstreamFixture.run(ServiceDefinition(name: "s", source: .fixed([]))) { fixture in
            let response = try await fixture.begin().response()
            #expect(response.failure == .noHealthyUpstream)
        }
    }

    @Test func aBodyWaitsForTheConnection() async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let resolver = ScriptedResolver()
        let source = EndpointSource.dns(hosts: ["a.test"], port: 80, refresh: .seconds(30))
        try await UpstreamFixture.run(ServiceDefinition(name: "s", source: source), resolver: resolver) { fixture in
            let exchange = try await fixture.begin(.post, framing: .length(3))
            let isWritable = try await exchange.run { exchange in
                exchange.send(body: ByteBuffer(string: "abc"))
                exchange.flush()
                return exchange.isWritable
            }
            #expect(!isWritable)
            resolver.answer("a.test", .success([server.address]))
            #expect(await exchange.next() == .connected(server.address.endpointText))
            #expect(await exchange.next() == .writable(true))
            let connection = try await server.accept()
            #expect(await connection.receive(through: "abc")?.hasSuffix("\r\n\r\nabc") == true)
            try await connection.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
        }
    }

    @Test func aNameThatIsNotResolvedInTimeFails() async throws {
        let resolver = ScriptedResolver()
        let source = EndpointSource.dns(hosts: ["a.test"], port: 80, refresh: .seconds(30))
        let definition = ServiceDefinition(name: "s", source: source, connectTimeout: .milliseconds(50))
        try await UpstreamFixture.run(definition, resolver: resolver) { fixture in
            let response = try await fixture.begin().response()
            #expect(response.failure == .connectFailure)
            #expect(response.message.contains("not resolved in time"))
            resolver.giveUp()
        }
    }

    @Test func cancellingWhileConnectingIsSilent() async throws {
        let resolver = ScriptedResolver()
        let source = EndpointSource.dns(hosts: ["a.test"], port: 80, refresh: .seconds(30))
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        try await UpstreamFixture.run(ServiceDefinition(name: "s", source: source), resolver: resolver) { fixture in
            let cancelled = try await fixture.begin(path: "/cancelled")
            let other = try await fixture.begin(path: "/other")
            try await cancelled.run { $0.cancel() }
            resolver.answer("a.test", .success([server.address]))
            let connection = try await server.accept()
            #expect(await connection.receive()?.hasPrefix("GET /other ") == true)
            try await connection.send(ConnectionReuseTests.empty)
            #expect(await other.response().status == 200)
            let counters = try await fixture.counters
            #expect(counters.connects == 1)
            #expect(counters.active == 0)
        }
    }
}

extension RefusingPort {
    /// Where connections are refused.
    fileprivate var address: SocketAddress {
        get throws { try SocketAddress(ipAddress: "127.0.0.1", port: self.port) }
    }
}
