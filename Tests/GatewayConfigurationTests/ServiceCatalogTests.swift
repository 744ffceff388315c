import FilterAPI
import GatewayConfiguration
import Testing

@Suite struct ServiceCatalogTests {
    private func catalog() throws -> ServiceCatalog {
        let text = """
            listeners: [{name: a, address: ":0"}]
            services:
              - {name: my-redis, type: static, domain: "127.0.0.1:6379"}
              - {name: qwen, type: dns, domain: [dashscope.example, b.example], protocol: https}
            """
        return try #require(
            GatewayConfiguration.load(text: text, file: "f", environment: [:], filters: []).0
        ).catalog
    }

    @Test func declaredServicesHaveTheirPortAndHost() throws {
        let catalog = try catalog()
        let redis = try catalog.service("my-redis.static", port: nil).get()
        #expect(redis == ServiceReference(name: "my-redis.static", port: 80, host: "127.0.0.1:6379"))
        let qwen = try catalog.service("qwen.dns", port: 443).get()
        #expect(qwen == ServiceReference(name: "qwen.dns", port: 443, host: "dashscope.example"))
    }

    @Test func aWrongPortIsRefusedWithBothNumbers() throws {
        guard case .failure(let failure) = try catalog().service("my-redis.static", port: 6379) else {
            Issue.record("the port was taken")
            return
        }
        #expect(failure.code == .wrongPort)
        #expect(failure.message.contains("6379") && failure.message.contains("80"))
        #expect(failure.message.contains("bad argument"))
    }

    @Test(arguments: ["my-redis", "my-rediz.static", "qwen.static", "", ".dns", "elsewhere.dns"])
    func undeclaredNamesAreBadArguments(name: String) throws {
        guard case .failure(let failure) = try catalog().service(name, port: nil) else {
            Issue.record("the name was taken")
            return
        }
        #expect(failure.code == .unknownName)
        #expect(failure.message.hasPrefix("bad argument: "))
    }

    @Test func kubernetesNamesNeedAPortAndNoDeclaration() throws {
        let name = "redis.my-ns.svc.cluster.local"
        #expect(try catalog().service(name, port: 6379).get().port == 6379)
        guard case .failure(let failure) = try catalog().service(name, port: nil) else {
            Issue.record("no port was needed")
            return
        }
        #expect(failure.code == .missingPort)
    }
}
