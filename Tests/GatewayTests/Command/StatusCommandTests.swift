import Foundation
import TestSupport
import Testing

@Suite("sluice status")
struct StatusCommandTests {
    private static func configuration(_ upstream: ScriptedUpstream, token: Bool = false) -> String {
        """
        admin: { address: "127.0.0.1:0"\(token ? ", token: t0ken" : "") }
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
        routes: [{ name: all, service: up.static }]
        filters: [{ filter: skip-header }]
        """
    }

    private func run(token: Bool = false, _ body: (GatewayFixture, String) async throws -> Void) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(Self.configuration(upstream, token: token)) { gateway in
            try await body(gateway, "http://127.0.0.1:\(try gateway.adminPort())")
        }
        await upstream.stop()
    }

    @Test func printsTablesWhoseColumnsStandBelowEachOther() async throws {
        try await self.run { gateway, admin in
            for _ in 0..<5 { _ = try await get(gateway.port, "/") }
            let outcome = try await Sluice.run(["status", "--admin", admin, "--interval", "0"])
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0].hasPrefix("ready, up "))
            for head in ["LISTENER ", "SERVICE ", "FILTER ", "ROUTE "] {
                #expect(lines.count { $0.hasPrefix(head) } == 1, "\(outcome.output)")
            }
            let header = try #require(lines.first { $0.hasPrefix("LISTENER ") })
            let row = try #require(lines.first { $0.hasPrefix("http ") })
            let column = try #require(header.range(of: "ACCEPTED"))
            #expect(row.prefix(header.distance(from: header.startIndex, to: column.upperBound)).hasSuffix(" 5"))
            #expect(lines.contains { $0.hasPrefix("up.static ") } && lines.contains { $0.hasPrefix("skip-header ") })
            #expect(!lines.contains { $0.hasSuffix(" ") })
        }
    }

    @Test func ratesAreThoseOfTheInterval() async throws {
        try await self.run { gateway, admin in
            for _ in 0..<5 { _ = try await get(gateway.port, "/") }
            let outcome = try await Sluice.run(["status", "--admin", admin, "--interval", "0.05"])
            #expect(outcome.output.contains("\n0 requests/s ("), "\(outcome.output)")
        }
    }

    @Test func printsTheJSON() async throws {
        try await self.run { _, admin in
            let outcome = try await Sluice.run(["status", "--admin", admin + "/", "--json"])
            let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
            #expect(object?["state"] as? String == "ready" && outcome.status == 0)
        }
    }

    @Test func needsTheToken() async throws {
        try await self.run(token: true) { _, admin in
            let refused = try await Sluice.run(["status", "--admin", admin, "--interval", "0"])
            #expect(refused.status == 70 && refused.errors.contains("--token") && refused.output.isEmpty)
            let given = try await Sluice.run(["status", "--admin", admin, "--interval", "0", "--token", "t0ken"])
            #expect(given.status == 0)
            let named = try await Sluice.run(
                ["status", "--admin", admin, "--interval", "0"],
                environment: ["SLUICE_ADMIN_TOKEN": "t0ken"]
            )
            #expect(named.status == 0)
        }
    }

    @Test func saysThatNobodyAnswers() async throws {
        let port = try RefusingPort()
        let outcome = try await Sluice.run(["status", "--admin", "http://127.0.0.1:\(port.port)"])
        #expect(outcome.status == 70 && outcome.errors.contains("no connection"))
    }

    @Test(arguments: ["", "127.0.0.1:9901", "https://127.0.0.1:9901", "http://h/path", "http://h:0", "http://u@h"])
    func isToldAnURL(_ admin: String) async throws {
        let outcome = try await Sluice.run(["status", "--admin", admin])
        #expect(outcome.status == 64 && outcome.errors.contains("--admin"))
    }
}
