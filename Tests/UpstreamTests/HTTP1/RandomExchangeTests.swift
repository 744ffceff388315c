import FilterAPI
import NIOCore
import Testing

@testable import Upstream

/// Responses of every framing, cut anywhere, to receivers that pause at any time.
@Suite(.timeLimit(.minutes(10)))
struct RandomExchangeTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private func response(_ body: String, _ random: inout Generator) -> String {
        guard Bool.random(using: &random) else {
            return "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        var text = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        var rest = Substring(body)
        while !rest.isEmpty {
            let chunk = rest.prefix(Int.random(in: 1...5000, using: &random))
            text += "\(String(chunk.utf8.count, radix: 16))\r\n\(chunk)\r\n"
            rest = rest.dropFirst(chunk.count)
        }
        return text + "0\r\n\r\n"
    }

    private func send(_ text: String, to connection: RawConnection, _ random: inout Generator) async throws {
        var rest = Substring(text)
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...3000, using: &random))
            try await connection.send(String(piece))
            rest = rest.dropFirst(piece.count)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func everyBodyArrivesAsItWasSent(_ seed: UInt64) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            var random = Generator(state: seed)
            var connection: RawConnection?
            for _ in 0..<20 {
                let body = String(repeating: "\(random.next()),", count: Int.random(in: 0...1500, using: &random))
                let text = response(body, &random)
                let exchange = try await fixture.begin()
                if connection == nil { connection = try await server.accept() }
                let used = try #require(connection)
                #expect(await used.receive() != nil)
                var writer = random
                async let sent: Void = send(text, to: used, &writer)
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    try await exchange.run { $0.pauseReading() }
                    try await exchange.run { $0.resumeReading() }
                }
                let response = await exchange.response()
                try await sent
                #expect(response.failure == nil)
                #expect(response.body == body)
            }
            #expect(try await fixture.counters.connects == 1)
        }
    }
}
