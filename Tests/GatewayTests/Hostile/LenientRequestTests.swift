import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("Unusual but sound requests")
struct LenientRequestTests {
    struct Sound: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let uri: String
        var host = "h"
        var body = ""
        var testDescription: String { self.name }
    }

    static let all: [Sound] = [
        .init(name: "an empty line before", text: "\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", uri: "/a"),
        .init(name: "OPTIONS for the server", text: "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", uri: "*"),
        .init(
            name: "absolute form over Host",
            text: "GET http://other:81/a?b HTTP/1.1\r\nHost: h\r\n\r\n",
            uri: "/a?b",
            host: "other:81"
        ),
        .init(
            name: "absolute form without path",
            text: "GET http://other HTTP/1.1\r\nHost: h\r\n\r\n",
            uri: "/",
            host: "other"
        ),
        .init(name: "no blank behind the colon", text: "GET /a HTTP/1.1\r\nHost:h\r\n\r\n", uri: "/a"),
        .init(name: "blanks before a value", text: "GET /a HTTP/1.1\r\nHost: \t h\r\n\r\n", uri: "/a"),
        .init(
            name: "an encoding in upper case",
            text: "POST /a HTTP/1.1\r\nHost: h\r\ntRANSFER-eNCODING: CHUNKED\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            uri: "/a",
            body: "abcde"
        ),
        .init(
            name: "extensions, a size in upper case with zeros, trailers",
            text: "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "000A;a=\"b;c\"\r\n0123456789\r\n0;x\r\nx-t: v\r\nHost: evil\r\nContent-Length: 3\r\n\r\n",
            uri: "/a",
            body: "0123456789"
        ),
        .init(
            name: "a body with GET",
            text: "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
            uri: "/a",
            body: "abc"
        ),
        .init(name: "length 0", text: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", uri: "/a"),
    ]

    @Test("pass", arguments: all, [false, true])
    func pass(_ sound: Sound, cutIntoBytes: Bool) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            for part in cutIntoBytes ? sound.text.utf8.map({ [$0] }) : [Array(sound.text.utf8)] {
                try await client.send(part)
            }
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nok"))
            client.clear()
            try await client.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.readResponse().hasSuffix("\r\n\r\nok"))
            await client.close()
        }
        try #require(upstream.requests.map(\.uri) == [sound.uri, "/next"])
        #expect(upstream.requests[0].body == sound.body)
        #expect(upstream.requests[0].headers["host"] == [sound.host])
        #expect(upstream.requests[0].headers["content-length"].count <= 1)
        await upstream.stop()
    }

    @Test("end with the answer when they are of HTTP/1.0, unless they ask to go on")
    func keepAliveOfHTTP10() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let once = try await RawClient.connect(port: gateway.port)
            try await once.send("GET /once HTTP/1.0\r\n\r\n")
            let answer = try await once.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("/once"))
            let client = try await RawClient.connect(port: gateway.port)
            for path in ["/1", "/2"] {
                client.clear()
                try await client.send("GET \(path) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let answer = try await client.readResponse()
                #expect(answer.lowercased().contains("\r\nconnection: keep-alive\r\n"))
                #expect(answer.hasSuffix(path))
            }
            await client.close()
        }
        await upstream.stop()
    }

    @Test(
        "have their path brought into one form",
        arguments: [
            ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/../../a", "/a"), ("/a/b/..", "/a/"), ("/a/.", "/a/"),
            ("//a///b", "/a/b"), ("/a%2e%2e/b", "/a../b"), ("/a/%2e%2e/b", "/b"), ("/a/%2E/b", "/a/b"),
            ("/a\\b", "/a/b"), ("/a\\..\\b", "/b"), ("/%61dmin", "/admin"), ("/a%2fb", "/a%2Fb"), ("/a%2Fb", "/a%2Fb"),
            ("/a/..%2fb", "/a/..%2Fb"), ("/a%252e%252e/b", "/a%252e%252e/b"), ("/a%20b", "/a%20b"),
            ("/%e4%bd%a0", "/%E4%BD%A0"), ("/a?b=/../c%2e//d", "/a?b=/../c%2e//d"), ("/a;p=1/../b", "/b"),
            ("/", "/"), ("/...", "/..."), ("/.a", "/.a"),
        ]
    )
    func paths(_ raw: String, _ normal: String) async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let answer = try await get(gateway.port, raw)
            #expect(answer.hasSuffix("\r\n\r\n\(normal)"))
        }
        await upstream.stop()
    }

    @Test("are matched by the path that the upstream sees")
    func aDotSegmentIsNoWayAroundARoute() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: "open \($0.uri)") }
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)" }
            routes:
              - name: admin
                match: { path: { prefix: /admin } }
                response: { status: 403, body: "closed" }
              - name: all
                service: up.static
            """
        try await GatewayFixture.run(configuration) { gateway in
            for path in [
                "/admin", "/x/../admin", "//admin", "/%61dmin", "/x\\..\\admin", "/x/%2e%2e/admin", "/./admin",
            ] {
                let answer = try await get(gateway.port, path)
                #expect(answer.hasSuffix("closed"), "\(path)")
            }
            #expect(try await get(gateway.port, "/x%2fadmin").hasSuffix("open /x%2Fadmin"))
        }
        #expect(upstream.requests.count == 1)
        await upstream.stop()
    }
}
