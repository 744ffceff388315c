import FilterAPI
import HTTP1
import NIOCore
import TestSupport
import Testing

/// Random frames and fields of clients: the gateway, which runs in the test's process, never traps, and whatever goes on
/// to an HTTP/1 upstream is one well-formed request a connection.
@Suite("HTTP/2: random clients")
struct HTTP2BridgeFuzzTests {
    private static let connections = 150
    private static let fragments = [
        "\r\n", "\n", "\0", "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n", " ", "\t", ":", ",", ";", "%", "#",
        "?",
        "a", "0", "chunked", "5\r\n", "x: y", "//", "..", "%2e", "%0d%0a", "\u{FC}", "b.example", "trailers",
    ]
    private static let names = [
        ":path", ":method", ":authority", ":scheme", ":status", "host", "content-length", "transfer-encoding", "te",
        "connection", "cookie", "expect", "x-a", "", "X-B", "upgrade", "trailer", "x-forwarded-for",
    ]

    @Test("reach the upstream with whole requests only", arguments: [31, 32, 33] as [UInt64])
    func bridge(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            var clients: [HTTP2Client] = []
            for _ in 0..<Self.connections {
                let client = try await HTTP2Client.connect(port: gateway.port)
                // Comes back once everything before it was taken, unless the connection ends.
                let frames = self.frames(&random) + [.ping(Array("fuzz end".utf8))]
                let isSent = (try? await client.send(frames)) != nil
                let isTaken = await eventually {
                    client.isClosedByPeer || client.frames.contains { $0.kind == HTTP2TestFrame.Kind.ping }
                }
                #expect(isTaken, "seed \(seed), sent: \(isSent), \(frames)")
                clients.append(client)
            }
            let hasReached = await eventually { upstream.received.count { !$0.isEmpty } > 10 }
            #expect(hasReached, "seed \(seed): \(upstream.received.count) connections to the upstream")
            for client in clients { await client.close() }
            #expect(try await gateway.answers())
        }
        let received = upstream.received.filter { !$0.isEmpty }
        for bytes in received {
            #expect(
                self.fault(of: bytes) == nil,
                "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            )
        }
        await upstream.stop()
    }

    /// What is wrong with the bytes of one connection, which must be a request or the beginning of its body.
    private func fault(of bytes: [UInt8]) -> String? {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer(bytes: bytes)
        guard case .complete(let info) = parser.parse(&buffer, into: &head, limits: HeadLimits()) else {
            return "no head"
        }
        guard !head.path.contains("smuggled") else { return "smuggled" }
        var decoder = BodyDecoder(info.framing)
        while !decoder.hasEnded {
            switch decoder.next(&buffer) {
            case .needMore: return buffer.readableBytes < 64 ? nil : "a body that does not go on"
            case .data: continue
            case .failed: return "a body that is none"
            case .end: break
            }
        }
        return buffer.readableBytes == 0 ? nil : "bytes behind the request"
    }

    private func frames(_ random: inout SeededRandom) -> [HTTP2TestFrame] {
        var frames: [HTTP2TestFrame] = []
        var stream: UInt32 = 1
        for _ in 0..<random.next(in: 1...8) {
            switch random.next(in: 0...14) {
            case 0...9:
                frames += self.request(stream, &random)
                stream += 2
            case 10:
                frames.append(.data(UInt32(random.next(in: 0...9)), self.bytes(&random), endsStream: random.chance(30)))
            case 11:
                let section = HTTP2Text.section([(random.element(of: Self.names), self.text(&random))])
                frames.append(.headers(UInt32(random.next(in: 0...9)), section, endsStream: random.chance(70)))
            case 12: frames.append(.reset(UInt32(random.next(in: 1...9))))
            case 13: frames.append(.windowUpdate(UInt32(random.next(in: 0...5)), UInt32(random.next(in: 0...100_000))))
            default:
                frames.append(
                    HTTP2TestFrame(
                        kind: UInt8(random.next(in: 0...11)),
                        flags: UInt8(random.next(in: 0...255)),
                        stream: UInt32(random.next(in: 0...9)),
                        payload: self.bytes(&random)
                    )
                )
            }
        }
        return frames
    }

    /// A request that is mostly sound, with its body.
    private func request(_ stream: UInt32, _ random: inout SeededRandom) -> [HTTP2TestFrame] {
        let body = random.chance(50) ? self.bytes(&random) : nil
        var fields = [
            (":method", random.chance(80) ? "POST" : self.text(&random)), (":scheme", "http"),
            (":path", "/" + (random.chance(60) ? "a" : self.text(&random))),
            (":authority", random.chance(85) ? "a.example" : self.text(&random)),
        ]
        if let body, random.chance(30) { fields.append(("content-length", "\(body.count)")) }
        for _ in 0..<random.next(in: 0...2) { fields.append((random.element(of: Self.names), self.text(&random))) }
        if random.chance(10) { fields.swapAt(0, fields.count - 1) }
        var frames = [HTTP2TestFrame.headers(stream, HTTP2Text.section(fields), endsStream: body == nil)]
        if let body {
            let cut = random.next(in: 0...body.count)
            frames.append(.data(stream, Array(body[..<cut])))
            frames.append(.data(stream, Array(body[cut...]), endsStream: random.chance(60)))
        }
        return frames
    }

    private func text(_ random: inout SeededRandom) -> String {
        (0..<random.next(in: 0...3)).map { _ in random.element(of: Self.fragments) }.joined()
    }

    private func bytes(_ random: inout SeededRandom) -> [UInt8] {
        random.chance(30)
            ? Array("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
            : (0..<random.next(in: 0...40)).map { _ in UInt8(random.next(in: 0...255)) }
    }
}
