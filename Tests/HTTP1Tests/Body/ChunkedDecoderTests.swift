import FilterAPI
import HTTP1
import NIOCore
import Testing

struct ChunkedDecoderTests {
    @Test(arguments: MalformedChunkedBodies.all)
    func malformedBodyIsRefusedHoweverItArrives(_ text: String, _ error: HTTP1Error) {
        for pieces in arrivals(of: wire(text)) { #expect(readBody(pieces).end == .failed(error)) }
    }

    @Test(arguments: [
        ("0\r\n\r\n", ""),
        ("000\r\n\r\nrest", ""),
        ("5\r\nhello\r\n0\r\n\r\nGET /", "hello"),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
        ("00000000000000a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        ("3\r\n0\r\n\r\n0\r\n\r\n", "0\r\n"),
        ("1;a\r\nx\r\n0;b=c\r\n\r\n", "x"),
        ("1;a=b;c=\"d \\\" e\tf\";g\r\nx\r\n0\r\n\r\n", "x"),
    ])
    func bodyIsTheDataOfItsChunksHoweverItArrives(_ text: String, _ data: String) {
        let whole = readBody(text)
        #expect(whole.data == data)
        #expect(whole.end == .ended)
        for pieces in arrivals(of: wire(text)) { #expect(readBody(pieces) == whole) }
    }

    @Test func whatFollowsTheBodyStaysInTheBuffer() {
        #expect(readBody("1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n").rest == "GET / HTTP/1.1\r\n")
        #expect(readBody("0\r\nX: y\r\n\r\n\r\n").rest == "\r\n")
    }

    @Test func bodyWithoutItsEndAsksForMore() {
        let text = "5\r\nhello\r\n0\r\nX: y\r\n\r\n"
        for length in 0..<text.utf8.count {
            #expect(readBody([wire(text).dropLast(text.utf8.count - length)]).end == .needMore)
        }
    }

    @Test func dataIsHandedOnBeforeItsChunkIsComplete() {
        var decoder = BodyDecoder(.chunked)
        var buffer = ByteBuffer(string: "ff\r\nhe")
        guard case .data(let piece) = decoder.next(&buffer) else {
            Issue.record("data has arrived")
            return
        }
        #expect(piece.text == "he")
        #expect(buffer.readableBytes == 0)
    }

    @Test func trailersAreParsedAndForbiddenOnesDropped() {
        let text = """
            0\r\nX-Checksum: abc\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nHost: evil\r\nAuthorization: b\r\n\
            Set-Cookie: c\r\nX_Y: d\r\nContent-Type: e\r\nCache-Control: f\r\nGrpc-Status: 0\r\nX-Mse-Consumer: g\r\n\r\nrest
            """
        for pieces in arrivals(of: wire(text)) {
            let outcome = readBody(pieces)
            #expect(outcome.trailers == [Field("x-checksum", "abc"), Field("grpc-status", "0")])
            #expect(outcome.rest == "rest")
        }
    }

    @Test func trailersOfWhichNothingIsLeftAreNone() {
        var decoder = BodyDecoder(.chunked)
        var buffer = ByteBuffer(string: "0\r\nHost: a\r\n\r\n")
        guard case .end(let trailers) = decoder.next(&buffer) else {
            Issue.record("the body has ended")
            return
        }
        #expect(trailers == nil)
        #expect(decoder.hasEnded)
    }

    @Test func trailersAreLimited() {
        let limits = BodyLimits(trailers: HeadLimits(headerBytes: 20, fieldCount: 2))
        #expect(readBody("0\r\nA: 345678901234567\r\n\r\n", limits: limits).end == .ended)
        #expect(readBody("0\r\nA: 3456789012345678\r\n\r\n", limits: limits).end == .failed(.headerTooLarge))
        #expect(readBody("0\r\nA: 345678901234567890", limits: limits).end == .needMore)
        #expect(readBody("0\r\nA: 3456789012345678901", limits: limits).end == .failed(.headerTooLarge))
        #expect(readBody("0\r\nA:\r\nB:\r\nC:\r\n\r\n", limits: limits).end == .failed(.tooManyFields))
    }

    @Test func extensionsOfOneChunkAreLimited() {
        let limits = BodyLimits(extensionBytes: 8)
        #expect(readBody("1;a=34567\r\nx\r\n0\r\n\r\n", limits: limits).end == .ended)
        #expect(readBody("1;a=345678\r\nx\r\n0\r\n\r\n", limits: limits).end == .failed(.chunkOverheadTooLarge))
        #expect(readBody("1;a=345678", limits: limits).end == .needMore)
        #expect(readBody("1;a=3456789", limits: limits).end == .failed(.chunkOverheadTooLarge))
    }

    @Test func manyTinyChunksWithExtensionsAreRefused() {
        let chunk = "1;" + String(repeating: "e", count: 64) + "\r\nx\r\n"
        let outcome = readBody(String(repeating: chunk, count: 1_000))
        #expect(outcome.end == .failed(.chunkOverheadTooLarge))
        #expect(outcome.data.utf8.count < 400)
    }

    @Test func manyTinyChunksAloneAreFine() {
        let outcome = readBody(String(repeating: "1\r\nx\r\n", count: 10_000) + "0\r\n\r\n")
        #expect(outcome.end == .ended)
        #expect(outcome.data.utf8.count == 10_000)
    }
}
