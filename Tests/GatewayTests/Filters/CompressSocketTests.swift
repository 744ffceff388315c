import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("compress over a socket, unpacked by Python's zlib")
struct CompressSocketTests {
    /// Bodies by the last part of their path.
    private static let bodies: [(name: String, text: String)] = [
        ("words", String(repeating: "the quick brown fox jumps over the lazy dog, ", count: 800)),
        (
            "json",
            (0..<4000).map { #"{"id":\#($0),"square":\#($0 * $0),"name":"row \#($0 % 97)"}"# }.joined(separator: "\n")
        ),
        ("zeros", String(repeating: "\0", count: 300_000)),
        ("noise", noise(200_000)),
        ("kilobyte", String(repeating: "ab", count: 512)),
        ("short", "ab"),
    ]

    /// Text in which little repeats.
    private static func noise(_ count: Int) -> String {
        var state: UInt64 = 42
        return String(
            String.UnicodeScalarView(
                (0..<count).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return Unicode.Scalar(UInt8(0x20 + (state >> 40) % 95))
                }
            )
        )
    }

    private struct Answer: Decodable {
        let status: Int
        let coding: String?
        let length: String?
        let wire: Int
        let size: Int
        let isEqual: Bool
    }

    @Test("every level and both codings give back the body", arguments: ["announced", "in parts"])
    func levels(_ framing: String) async throws {
        let upstream = try await ScriptedUpstream.start { request in
            let name = request.uri.split(separator: "/").last ?? ""
            let text = Self.bodies.first { $0.name == name }?.text ?? ""
            if framing == "announced" { return .init(headers: ["content-type": "text/plain"], body: text) }
            let parts = stride(from: 0, to: text.utf8.count, by: 10_000).map { start in
                String(decoding: Array(text.utf8)[start..<min(text.utf8.count, start + 10_000)], as: UTF8.self)
            }
            return .init(headers: ["content-type": "text/plain"], parts: parts)
        }
        let levels = Array(1...9)
        let configuration = """
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: "\(upstream.endpoint)" }
            routes:
            \(levels.map { "  - { name: l\($0), match: { path: { prefix: /\($0)/ } }, service: up.static }" }.joined(separator: "\n"))
            filters:
              - filter: compress
                matchRules:
            \(levels.map { "      - { route: [l\($0)], config: { level: \($0) } }" }.joined(separator: "\n"))
            """
        let folder = try TemporaryDirectories.shared.make()
        for (name, text) in Self.bodies {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        try await GatewayFixture.run(configuration) { gateway in
            let wanted = levels.flatMap { level in
                Self.bodies.flatMap { body in ["gzip", "deflate"].map { (level, body.name, $0) } }
            }
            let input = wanted.map { "/\($0.0)/\($0.1) \($0.2) \(folder.path)/\($0.1)\n" }.joined()
            let outcome = try await ChildProcess.run(
                try Tools.python(),
                [Tools.file("Python/unpack.py"), "\(gateway.port)"],
                input: input
            )
            try #require(outcome.status == 0, "\(outcome.errors)")
            let answers = try outcome.output.split(separator: "\n").map {
                try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
            }
            try #require(answers.count == wanted.count)
            for (answer, (level, name, coding)) in zip(answers, wanted) {
                #expect(answer.status == 200 && answer.isEqual, "\(name) at \(level)")
                let isSmall = name == "short" && framing == "announced"
                #expect(answer.coding == (isSmall ? nil : coding) && (answer.length == nil) == !isSmall)
                if name == "json" || name == "zeros" { #expect(answer.wire < answer.size / 3) }
                if name == "noise" { #expect(answer.wire < answer.size) }
            }
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }
}
