import FilterAPI
import HTTP1
import NIOCore
import Testing

struct BodyDecoderTests {
    @Test func bodyOfKnownLengthEndsThere() {
        for pieces in arrivals(of: wire("hello world")) {
            let outcome = readBody(pieces, framing: .length(5))
            #expect(outcome == BodyOutcome(data: "hello", end: .ended, trailers: [], rest: " world"))
        }
    }

    @Test func bodyWithoutBytesHasEndedAtOnce() {
        #expect(BodyDecoder(.none).hasEnded)
        #expect(BodyDecoder(.length(0)).hasEnded)
        #expect(!BodyDecoder(.length(1)).hasEnded)
        #expect(!BodyDecoder(.chunked).hasEnded)
        #expect(!BodyDecoder(.untilClose).hasEnded)
    }

    @Test func endIsReportedAgain() {
        var decoder = BodyDecoder(.length(1))
        var buffer = ByteBuffer(string: "ab")
        _ = decoder.next(&buffer)
        for _ in 0..<2 {
            guard case .end(nil) = decoder.next(&buffer) else {
                Issue.record("the body has ended")
                return
            }
        }
        #expect(buffer.text == "b")
    }

    @Test func missingBytesAreKnownForALength() {
        var decoder = BodyDecoder(.length(5))
        var buffer = ByteBuffer(string: "abc")
        _ = decoder.next(&buffer)
        #expect(decoder.missingBytes == 2)
        #expect(BodyDecoder(.chunked).missingBytes == nil)
        #expect(BodyDecoder(.untilClose).missingBytes == nil)
        #expect(BodyDecoder(.none).missingBytes == 0)
    }

    @Test func bodyUntilCloseIsAllThatComes() {
        var decoder = BodyDecoder(.untilClose)
        var buffer = ByteBuffer(string: "abc")
        var outcome = BodyOutcome()
        outcome.receive(from: &decoder, &buffer)
        #expect(outcome == BodyOutcome(data: "abc"))
        guard case .end = decoder.receivedEndOfConnection() else {
            Issue.record("the end of the connection ends the body")
            return
        }
        #expect(decoder.hasEnded)
    }

    @Test(arguments: [MessageFraming.length(5), .chunked])
    func endOfConnectionInsideABodyIsAnError(_ framing: MessageFraming) {
        var decoder = BodyDecoder(framing)
        var buffer = ByteBuffer(string: "2\r\na")
        var outcome = BodyOutcome()
        outcome.receive(from: &decoder, &buffer)
        guard case .failed(.truncatedBody) = decoder.receivedEndOfConnection() else {
            Issue.record("the body is truncated")
            return
        }
    }

    @Test func dataSharesTheReceivedMemory() {
        var decoder = BodyDecoder(.length(3))
        var buffer = ByteBuffer(string: "abc")
        let before = buffer.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        guard case .data(let piece) = decoder.next(&buffer) else {
            Issue.record("data has arrived")
            return
        }
        #expect(piece.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) } == before)
    }
}
