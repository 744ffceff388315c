import NIOCore
import Testing

@testable import Upstream

/// What follows from a definition.
struct ServiceDefinitionTests {
    private func dns(_ hosts: [String], _ port: Int, _ wireProtocol: ServiceDefinition.WireProtocol)
        -> ServiceDefinition
    {
        ServiceDefinition(
            name: "a.dns",
            source: .dns(hosts: hosts, port: port, refresh: .seconds(30)),
            wireProtocol: wireProtocol
        )
    }

    @Test(arguments: [
        (["a.test", "b.test"], 443, ServiceDefinition.WireProtocol.https, "a.test"),
        (["a.test"], 8443, .https, "a.test:8443"),
        (["a.test"], 80, .http, "a.test"),
        (["a.test"], 80, .grpc, "a.test"),
        (["a.test"], 443, .grpcs, "a.test"),
        (["a.test"], 443, .http2, "a.test:443"),
        (["::1"], 8080, .http, "[::1]:8080"),
    ])
    func theHostIsTheFirstDomain(
        _ hosts: [String],
        _ port: Int,
        _ wireProtocol: ServiceDefinition.WireProtocol,
        _ host: String
    ) {
        #expect(dns(hosts, port, wireProtocol).defaultHost == host)
    }

    @Test func theHostOfAFixedServiceIsItsFirstAddress() throws {
        let source = EndpointSource.fixed([try SocketAddress(ipAddress: "10.0.0.1", port: 8080)])
        #expect(ServiceDefinition(name: "a.static", source: source).defaultHost == "10.0.0.1:8080")
        #expect(ServiceDefinition(name: "a.static", source: source, host: "h").defaultHost == "h")
    }

    @Test func theServerNameIsTheFirstDomainThatIsNoAddress() {
        #expect(dns(["a.test"], 443, .https).serverName == "a.test")
        #expect(dns(["10.0.0.1", "a.test"], 443, .https).serverName == "a.test")
        #expect(dns(["10.0.0.1"], 443, .https).serverName == nil)
    }

    @Test(arguments: [
        ("redis.ns.svc.cluster.local", true), ("redis.ns.svc", false), ("redis.dns", false), ("redis", false),
    ])
    func kubernetesNamesNeedNoDeclaration(_ name: String, _ expected: Bool) {
        #expect(ServiceDefinition.needsNoDeclaration(name) == expected)
    }
}
