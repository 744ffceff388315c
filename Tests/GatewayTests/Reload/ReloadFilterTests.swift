import FilterAPI
import Gateway
import Synchronization
import TestSupport
import Testing

@Suite("Reload of filters", .timeLimit(.minutes(15)))
struct ReloadFilterTests {
    private static let entry = "{ filter: counting, name: first, config: { service: up.static } }"

    private func text(_ filters: [String], port: String = "", route: String = "") -> String {
        """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services:
          - { name: up, type: static, domain: "127.0.0.1:9" }
          - { name: other, type: dns, domain: other.example\(port) }
        routes: [{ name: r, response: { status: 200, body: ok }\(route) }]
        filters: [\(filters.joined(separator: ", "))]
        """
    }

    private func count(_ gateway: ReloadFixture) async throws -> String? { try await gateway.get("/")["x-count"] }

    @Test("keeps the filters whose entries do not change, wherever they stand")
    func unchanged() async throws {
        try await ReloadFixture.run(self.text([Self.entry]), filters: [Counting.self]) { gateway in
            #expect(try await self.count(gateway) == "1")
            let other = "{ filter: counting, name: second, priority: 5, config: { service: other.dns } }"
            try await gateway.apply("# moved\n\n" + self.text([other, Self.entry]))
            // The answer passes the filters in reverse order: the old one first.
            #expect(try await self.count(gateway) == "2, 1")
        }
    }

    @Test(
        "builds those anew whose configuration changes",
        arguments: [
            "{ filter: counting, name: first, config: { service: up.static, other: 1 } }",
            "{ filter: counting, name: first, config: { service: other.dns } }",
            "{ filter: counting, name: renamed, config: { service: up.static } }",
        ]
    )
    func changed(_ entry: String) async throws {
        try await ReloadFixture.run(self.text([Self.entry]), filters: [Counting.self]) { gateway in
            #expect(try await self.count(gateway) == "1")
            try await gateway.apply(self.text([entry]))
            #expect(try await self.count(gateway) == "1")
        }
    }

    @Test("builds those anew whose service is another one now, though their own words are the same")
    func changedService() async throws {
        let entry = "{ filter: counting, name: first, config: { service: other.dns } }"
        try await ReloadFixture.run(self.text([entry]), filters: [Counting.self]) { gateway in
            #expect(try await self.count(gateway) == "1")
            try await gateway.apply(self.text([entry], port: ", port: 8080"))
            #expect(try await self.count(gateway) == "1")
        }
    }

    @Test("keeps the filter when only its place in the chain changes")
    func moved() async throws {
        try await ReloadFixture.run(self.text([Self.entry]), filters: [Counting.self]) { gateway in
            #expect(try await self.count(gateway) == "1")
            let entry = Self.entry.replacing(
                "config:",
                with: "phase: AUTHN, priority: 7, failStrategy: FAIL_OPEN, config:"
            )
            try await gateway.apply(self.text([entry]))
            #expect(try await self.count(gateway) == "2")
        }
    }

    @Test("applies a consumer that is added and one that goes")
    func consumers() async throws {
        func text(_ consumers: String) -> String {
            ReloadText.answering(
                "in",
                more: "filters: [{ filter: key-auth, config: { keys: [x-key], consumers: [\(consumers)] } }]"
            )
        }
        try await ReloadFixture.run(text("{ name: a, credential: k1 }")) { gateway in
            #expect(try await gateway.get("/", fields: "x-key: k1\r\n").status == 200)
            #expect(try await gateway.get("/", fields: "x-key: k2\r\n").status == 401)
            try await gateway.apply(text("{ name: b, credential: k2 }"))
            #expect(try await gateway.get("/", fields: "x-key: k1\r\n").status == 401)
            #expect(try await gateway.get("/", fields: "x-key: k2\r\n").status == 200)
        }
    }
}

/// Counts the requests that it has seen since it was built.
final class Counting: Filter, ResponseHeadHook {
    static let name = "counting"
    static let summary = "Counts requests."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {
            _ = fields.service("service", help: "A service.")
            _ = fields.integer("other", in: 0...9, default: 0, help: "Nothing.")
        }
    }

    private let seen = Atomic<Int>(0)

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {}

    func responseHead(_ stream: StreamContext) -> FilterAction {
        let count = self.seen.wrappingAdd(1, ordering: .relaxed).newValue
        let before = stream.response.headers["x-count"].map { $0 + ", " } ?? ""
        stream.response.headers["x-count"] = before + "\(count)"
        return .continue
    }
}
