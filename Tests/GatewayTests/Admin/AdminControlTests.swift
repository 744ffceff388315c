import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite("What operators can change")
struct AdminControlTests {
    private func run(
        _ keys: String = "",
        upstream: String = "127.0.0.1:1",
        _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        let text = """
            admin: { address: "127.0.0.1:0"\(keys) }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream)" }]
            routes: [{ name: all, service: up.static }]
            filters: [{ filter: ai-cache, config: { cache: { type: memory } } }]
            """
        try await GatewayFixture.run(text, body)
    }

    private func ask(_ gateway: GatewayFixture, _ request: String, _ fields: String = "") async throws -> ReceivedAnswer
    {
        let text = "\(request) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n"
        return try await .of(try gateway.adminPort(), text)
    }

    @Test("the level of the program's log, for loggers that exist already too")
    func logLevel() async throws {
        let refusing = try RefusingPort()
        try await self.run(upstream: "127.0.0.1:\(refusing.port)") { gateway in
            #expect(try await self.ask(gateway, "GET /logging").object["level"] as? String == "debug")
            let info = try await self.ask(gateway, "POST /logging?level=info")
            #expect(info.status == 200 && info["content-type"] == "application/json")
            #expect(info.object["level"] as? String == "info")
            _ = try await get(gateway.port, "/")
            #expect(!gateway.log.messages.contains("upstream failed"))
            #expect(try await self.ask(gateway, "POST /logging?level=DEBUG").object["level"] as? String == "debug")
            _ = try await get(gateway.port, "/")
            #expect(gateway.log.messages.contains("upstream failed"))
            #expect(try await self.ask(gateway, "POST /logging").object["level"] as? String == "debug")
        }
    }

    @Test("but not to a level that there is not", arguments: ["level=loud", "level=", "loud", "paths=info"])
    func unknownLevel(_ query: String) async throws {
        try await self.run { gateway in
            let answer = try await self.ask(gateway, "POST /logging?\(query)")
            #expect(answer.status == 400)
            #expect((answer.object["error"] as? String)?.contains("trace, debug, info") == true)
            #expect(try await self.ask(gateway, "GET /logging").object["level"] as? String == "debug")
            let other = try await self.ask(gateway, "DELETE /logging")
            #expect(other.status == 405 && other["allow"] == "GET, HEAD, POST")
        }
    }

    @Test("and not from a web page")
    func fromAPage() async throws {
        try await self.run { gateway in
            let answer = try await self.ask(gateway, "POST /logging?level=info", "Origin: http://evil.example\r\n")
            #expect(answer.status == 403)
        }
    }

    @Test(
        "nothing at all where it is read-only",
        arguments: [
            "POST /reload", "POST /drain", "POST /logging?level=info", "DELETE /ai-cache/entries", "POST /status",
            "PUT /x",
        ]
    )
    func readOnly(_ request: String) async throws {
        try await self.run(", readOnly: true") { gateway in
            let refused = try await self.ask(gateway, request)
            #expect(refused.status == 403)
            for path in ["/", "/status", "/metrics", "/config", "/logging", "/ai-cache/stats", "/readyz"] {
                let view = try await self.ask(gateway, "GET \(path)")
                #expect(view.status == 200, "\(path)")
            }
            #expect(try await self.ask(gateway, "HEAD /status").status == 200)
        }
    }

    @Test("in a reload that makes it read-only")
    func becomesReadOnly() async throws {
        func text(_ keys: String) -> String {
            """
            admin: { address: "127.0.0.1:0"\(keys) }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: r, response: { status: 200 } }]
            """
        }
        try await ReloadFixture.run(text("")) { fixture in
            let port = try #require(fixture.server.adminAddress?.port)
            let request = "POST /reload HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            #expect(try await ReceivedAnswer.of(port, request).status == 200)
            try await fixture.reload(text(", readOnly: true"))
            #expect(try await ReceivedAnswer.of(port, request).status == 403)
        }
    }

    @Test("only with the token")
    func token() async throws {
        try await self.run(", token: t0ken") { gateway in
            for request in ["GET /", "GET /status", "GET /logging", "POST /logging?level=info"] {
                #expect(try await self.ask(gateway, request).status == 401)
                let allowed = try await self.ask(gateway, request, "Authorization: Bearer t0ken\r\n")
                #expect(allowed.status == 200, "\(request)")
            }
        }
    }
}
