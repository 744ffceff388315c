import FilterAPI
import Foundation
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Upstream

/// What a reload keeps and what it ends.
@Suite(.timeLimit(.minutes(10)))
struct UpstreamLoopTests {
    /// Leaves one idle connection behind.
    private func warmUp(_ fixture: UpstreamFixture, _ server: RawServer) async throws -> RawConnection {
        let exchange = try await fixture.begin()
        let connection = try await server.accept()
        _ = await connection.receive()
        try await connection.send(ConnectionReuseTests.empty)
        #expect(await exchange.response().status == 200)
        return connection
    }

    private func update(_ fixture: UpstreamFixture, to definitions: [ServiceDefinition]) async throws -> Bool {
        let (upstream, client) = (fixture.upstream, fixture.client)
        let previous = try await fixture.eventLoop.submit {
            ServiceSet([client.value.service])
        }.get()
        let services = try fixture.registry.services(definitions, reusing: previous)
        return try await fixture.eventLoop.submit {
            upstream.value.update(to: services)
            return upstream.value.client(for: client.value.definition.name) === client.value
        }.get()
    }

    @Test func anUnchangedServiceKeepsItsConnections() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let connection = try await warmUp(fixture, server)
            let definition = ServiceDefinition(name: "test.static", source: .fixed([server.address]))
            let other = ServiceDefinition(name: "other.static", source: .fixed([server.address]))
            let isKept = try await update(fixture, to: [definition, other])
            #expect(isKept)
            let exchange = try await fixture.begin()
            #expect(await connection.receive() != nil)
            try await connection.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
        }
    }

    @Test func aChangedServiceStartsAnewAndTheOldClientStillWorks() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let connection = try await warmUp(fixture, server)
            var definition = ServiceDefinition(name: "test.static", source: .fixed([server.address]))
            definition.idleTimeout = .seconds(5)
            let isKept = try await update(fixture, to: [definition])
            #expect(!isKept)
            #expect(await connection.receivedEnd())
            let exchange = try await fixture.begin()
            let fresh = try await server.accept()
            _ = await fresh.receive()
            try await fresh.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
            #expect(await fresh.receivedEnd())
        }
    }

    private static let named = ServiceDefinition(
        name: "test.dns",
        source: .dns(hosts: ["a.test"], port: 80, refresh: .seconds(30))
    )

    @Test func aRequestThatWaitsForAddressesGetsThemThoughTheServiceHasGone() async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let resolver = ScriptedResolver()
        try await UpstreamFixture.run(Self.named, resolver: resolver) { fixture in
            let before = try await fixture.begin()
            #expect(await resolver.question() == "a.test")
            _ = try await update(fixture, to: [])
            // Begun by a stream that still has the old configuration.
            let after = try await fixture.begin()
            resolver.answer("a.test", .success([server.address]))
            // Both connect at the same time, so either may be accepted first.
            for _ in 0..<2 {
                let connection = try await server.accept()
                _ = await connection.receive()
                try await connection.send(ConnectionReuseTests.empty)
            }
            for exchange in [before, after] { #expect(await exchange.response().status == 200) }
        }
        try await server.stop()
    }

    @Test func aChangedServiceKnowsTheAddressesThatItHad() async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let resolver = ScriptedResolver(["a.test": [server.address]])
        try await UpstreamFixture.run(Self.named, resolver: resolver) { fixture in
            let exchange = try await fixture.begin()
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(ConnectionReuseTests.empty)
            #expect(await exchange.response().status == 200)
            var definition = Self.named
            definition.idleTimeout = .seconds(5)
            let isKept = try await update(fixture, to: [definition])
            #expect(!isKept)
            let upstream = fixture.upstream
            let known = try await fixture.eventLoop.submit {
                upstream.value.client(for: "test.dns")?.endpointStatuses.map(\.address)
            }.get()
            #expect(known == [server.address.endpointText])
        }
        try await server.stop()
    }

    private static let kubernetes = ServiceReference(name: "x.n.svc.cluster.local", port: 81, host: "x")

    /// The Kubernetes names that have clients after a change of the configuration, whose routes may name one.
    private func change(_ fixture: UpstreamFixture, routed: Bool = false, called: Bool = false) async throws -> Bool {
        let upstream = fixture.upstream
        let services = try fixture.registry.services([])
        return try await fixture.eventLoop.submit {
            upstream.value.update(to: services)
            if routed { _ = upstream.value.client(forRouteTo: Self.kubernetes) }
            upstream.value.closeUnused()
            let hasClient = upstream.value.counters[Self.kubernetes.name] != nil
            if called { _ = upstream.value.client(for: Self.kubernetes) }
            return hasClient
        }.get()
    }

    @Test func theClientOfAKubernetesNameGoesWhenNoRouteNamesItAndNoFilterCallsIt() async throws {
        try await UpstreamFixture.run(Self.named, resolver: ScriptedResolver()) { fixture in
            let routed = [try await change(fixture, routed: true), try await change(fixture, routed: true)]
            #expect(routed == [true, true])
            let unused = [try await change(fixture), try await change(fixture, called: true)]
            #expect(unused == [false, false])
            // It was called under the last configuration, so it may be called under this one.
            let called = [try await change(fixture), try await change(fixture)]
            #expect(called == [true, false])
        }
    }

    @Test func aChangedCertificateFileMakesAnotherService() throws {
        let authority = try TestCertificateAuthority.shared()
        let directory = try TemporaryDirectories.shared.make()
        let roots = directory.appendingPathComponent("roots.pem").path
        try FileManager.default.copyItem(atPath: authority.identity.certificate, toPath: roots)
        let registry = ServiceRegistry(
            resolver: ScriptedResolver(),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test")
        )
        let definition = ServiceDefinition(
            name: "a.static",
            source: .fixed([]),
            wireProtocol: .https,
            tls: UpstreamTLS(trustRoots: roots)
        )
        let first = try registry.services([definition])
        let second = try registry.services([definition], reusing: first)
        #expect(first.byName["a.static"] === second.byName["a.static"])
        try FileManager.default.removeItem(atPath: roots)
        try FileManager.default.copyItem(
            atPath: try authority.issue(domains: ["a.test"]).certificate,
            toPath: roots
        )
        let third = try registry.services([definition], reusing: second)
        #expect(second.byName["a.static"] !== third.byName["a.static"])
    }

    @Test func unusableFilesOfAllServicesAreReportedTogether() throws {
        let registry = ServiceRegistry(
            resolver: ScriptedResolver(),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test")
        )
        let definitions = ["a.static", "b.static"].map {
            ServiceDefinition(
                name: $0,
                source: .fixed([]),
                wireProtocol: .https,
                tls: UpstreamTLS(trustRoots: "/does/not/exist.pem")
            )
        }
        let error = #expect(throws: ServiceSetError.self) { try registry.services(definitions) }
        #expect(error?.failures.map(\.service) == ["a.static", "b.static"])
    }

    @Test func kubernetesNamesAreMadeOnDemand() async throws {
        let server = try await RawServer.start(on: MultiThreadedEventLoopGroup.singleton)
        let name = "llm.prod.svc.cluster.local"
        let resolver = ScriptedResolver([name: [server.address]])
        try await UpstreamFixture.run(
            ServiceDefinition(name: "test.static", source: .fixed([server.address])),
            resolver: resolver
        ) { fixture in
            let upstream = fixture.upstream
            let found = try await fixture.eventLoop.submit {
                let reference = ServiceReference(name: name, port: 80, host: name)
                let unknown = ServiceReference(name: "unknown.dns", port: 80, host: "")
                let client = upstream.value.client(for: reference)
                return (
                    client != nil, client === upstream.value.client(for: reference),
                    upstream.value.client(for: unknown) == nil
                )
            }.get()
            #expect(found == (true, true, true))
            #expect(await resolver.question() == name)
        }
    }
}
