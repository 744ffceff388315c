import FilterAPI
import FilterTesting
import Logging
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: the pieces of a stream")
struct AICachePiecesTests {
    private func time(_ milliseconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(77) + .milliseconds(milliseconds)
    }

    @Test("pieces come back with their lengths and times")
    func written() throws {
        var pieces = RecordedPieces()
        pieces.add(.reasoning, length: 7, at: self.time(0))
        pieces.add(.content, length: 0, at: self.time(10))
        pieces.add(.content, length: 3, at: self.time(40))
        pieces.add(.content, length: 12, at: self.time(1040))
        let literal = try #require(pieces.literal)
        #expect(literal == bytes("[0,-7,40,3,1000,12]"))
        let read = try #require(RecordedPieces(literal: literal, content: 15, reasoning: 7))
        #expect(read.pieces == pieces.pieces)
        #expect(read.pieces.map(\.time) == [0, 40, 1040])
        #expect(RecordedPieces().literal == nil)
    }

    @Test(
        "pieces that are not those of the text are none",
        arguments: [
            "[]", "[0]", "[0,5,1]", "[0,4]", "[0,6]", "[0,5,0,-1]", "[0,5,1,0]", "[-1,5]", "[0,\"5\"]", "[0,2.5,0,2.5]",
            "[0,9223372036854775807]", "[4294967296,5]", "[[0,5]]", "[0,-2147483648]", "[null,5]",
        ]
    )
    func notThose(literal: String) {
        #expect(RecordedPieces(literal: bytes(literal), content: 5, reasoning: 0) == nil)
    }

    @Test("of a very long answer neighbours are taken together, and none of the text is lost")
    func bounded() throws {
        var pieces = RecordedPieces()
        let count = 3 * RecordedPieces.most
        for index in 0..<count { pieces.add(.content, length: 2, at: self.time(Int64(index))) }
        #expect(pieces.pieces.count <= RecordedPieces.most)
        let literal = try #require(pieces.literal)
        let read = try #require(RecordedPieces(literal: literal, content: 2 * count, reasoning: 0))
        #expect(read.pieces.last.map { $0.time > UInt32(count - 8) } == true)
        #expect(zip(read.pieces, read.pieces.dropFirst()).allSatisfy { $0.time < $1.time })
    }

    @Test("pieces that take turns for ever are not kept")
    func turns() {
        var pieces = RecordedPieces()
        for index in 0...RecordedPieces.most {
            pieces.add(index.isMultiple(of: 2) ? .content : .reasoning, length: 1, at: self.time(0))
        }
        #expect(pieces.literal == nil)
    }
}

@Suite("ai-cache: replay at a pace")
struct AICacheReplayTests {
    private static let recorded = Pacing(.recorded, longest: .seconds(30))

    private func answer(_ content: String, pieces: String? = nil, tokens: Int = 4) -> CachedAnswer {
        var answer = CachedAnswer(content: bytes(content))
        answer.setUsage(bytes(#"{"prompt_tokens":3,"completion_tokens":\#(tokens),"total_tokens":7}"#))
        answer.pieces = pieces.map { bytes($0) }
        return answer
    }

    /// What is sent when, in milliseconds, by a client that is always ready.
    private func timeline(_ replay: PacedReplay, withUsageEvent: Bool = false) throws -> [(time: Int64, text: String)] {
        var replay = replay
        var time = TimeAmount.zero
        var sent: [(time: Int64, text: String)] = []
        var whole = ByteBuffer()
        while true {
            switch replay.step(at: time) {
            case .send(let part):
                whole.writeImmutableBuffer(part)
                let text = try ReadReply(events: part).text
                sent.append((time.nanoseconds / 1_000_000, text))
            case .wait(let amount):
                #expect(amount > .zero)
                time = time + amount
            case .end:
                #expect(try ReadReply(events: whole).isDone)
                return sent
            }
        }
    }

    @Test("each piece is sent when it came, and nothing is left for later than the last")
    func whenTheyCame() throws {
        let answer = self.answer("abcdef", pieces: "[0,1,100,2,3,1,900,2]")
        let replay = try #require(PacedReplay(answer, Self.recorded, withUsageEvent: false))
        let sent = try self.timeline(replay)
        #expect(sent.map(\.time) == [0, 100, 1003])
        #expect(sent.map(\.text) == ["a", "bcd", "ef"])
    }

    @Test("pieces are the events of the original, though several are sent at once")
    func pieces() throws {
        let answer = self.answer("abcdef", pieces: "[0,1,0,2,0,3]")
        var replay = try #require(PacedReplay(answer, Self.recorded, withUsageEvent: false))
        guard case .send(let part) = replay.step(at: .zero) else { throw Unexpected() }
        let deltas = String(buffer: part).matches(of: /"content":"([a-f]+)"/).map { String($0.1) }
        #expect(deltas == ["a", "bc", "def"])
        #expect(replay.step(at: .zero) == .end)
    }

    struct Unexpected: Error {}

    @Test("reasoning comes in its place, and usage as an event where it is asked for")
    func reasoningAndUsage() throws {
        var answer = self.answer("xy", pieces: "[0,-2,10,1,10,-1,10,1]")
        answer.reasoningContent = bytes("abc")
        var replay = try #require(PacedReplay(answer, Self.recorded, withUsageEvent: true))
        guard case .send(let part) = replay.step(at: .seconds(1)) else { throw Unexpected() }
        let text = String(buffer: part)
        let order = text.matches(of: /"(?:reasoning_)?content":"([a-z]+)"/).map { String($0.1) }
        #expect(order == ["ab", "x", "c", "y"])
        let reply = try ReadReply(events: part)
        #expect(reply.text == "xy" && reply.reasoning == bytes("abc") && reply.totalTokens == 7 && reply.isDone)
        #expect(text.contains(#""choices":[],"usage":"#))
    }

    @Test("a slow answer is made faster so that it ends in time", arguments: [1000, 250])
    func longest(milliseconds: Int64) throws {
        let answer = self.answer("abc", pieces: "[0,1,60000,1,60000,1]")
        let pacing = Pacing(.recorded, longest: .milliseconds(milliseconds))
        let sent = try self.timeline(try #require(PacedReplay(answer, pacing, withUsageEvent: false)))
        #expect(sent.map(\.time) == [0, milliseconds / 2, milliseconds])
    }

    @Test("an answer of which no pace is known goes at once, unless a pace is given")
    func unknown() throws {
        #expect(PacedReplay(self.answer("abc"), Self.recorded, withUsageEvent: false) == nil)
        #expect(PacedReplay(self.answer("abc", pieces: "[0,9]"), Self.recorded, withUsageEvent: false) == nil)
        let steady = Pacing(.steady(100), longest: .seconds(30))
        let text = String(repeating: "0123", count: 100)
        let replay = try #require(PacedReplay(self.answer(text, tokens: 100), steady, withUsageEvent: false))
        let sent = try self.timeline(replay)
        #expect(sent.map(\.text).joined() == text)
        #expect(sent.count == 100 && sent.allSatisfy { $0.text.utf8.count == 4 })
        #expect(sent.last?.time == 990)
    }

    @Test("a steady pace counts tokens by the usage, in the original's pieces")
    func steady() throws {
        let answer = self.answer("aabbbbbb", pieces: "[0,2,9999,6]", tokens: 16)
        let pacing = Pacing(.steady(8), longest: .seconds(30))
        let sent = try self.timeline(try #require(PacedReplay(answer, pacing, withUsageEvent: false)))
        #expect(sent.map(\.text) == ["aa", "bbbbbb"] && sent.map(\.time) == [0, 500])
    }

    @Test("cuts never fall into a character or an escape", arguments: awkwardTexts)
    func cuts(text: String) throws {
        var literal = ByteBuffer()
        JSONString.encode(bytes(text), into: &literal)
        let answer = self.answer(String(buffer: literal), tokens: max(1, text.utf8.count / 2))
        let pacing = Pacing(.steady(10_000), longest: .milliseconds(100))
        let sent = try self.timeline(try #require(PacedReplay(answer, pacing, withUsageEvent: false)))
        #expect(sent.map(\.text).joined() == text)
    }

    @Test("one who was held up gets what is due in parts of bounded size")
    func catchUp() throws {
        let text = String(repeating: "x", count: 400_000)
        let answer = self.answer(text, tokens: 4000)
        let pacing = Pacing(.steady(1), longest: .seconds(5))
        var replay = try #require(PacedReplay(answer, pacing, withUsageEvent: false))
        var parts = 0
        while case .send(let part) = replay.step(at: .seconds(60)) {
            parts += 1
            #expect(part.readableBytes < 2 * PacedReplay.longestPart)
        }
        #expect(parts > 3)
    }
}

@Suite("ai-cache: streamed hits with manners")
struct AICachePacingTests {
    private static let paced = #"{"cache":{"type":"memory"},"pacing":{"type":"recorded"}}"#

    private func cache(
        _ config: String = paced,
        _ events: [String] = Exchange.events(["A ball ", "of ", "gas."]),
        every interval: Duration = .seconds(1)
    ) throws -> CachingGateway {
        try CachingGateway(config) { request in
            guard request.text.contains(#""stream":true"#) else { return Exchange.json() }
            var response = Exchange.stream(events)
            response.interval = interval
            return response
        }
    }

    @Test(
        "a hit is streamed as the answer came",
        arguments: [
            paced,
            #"{"cache":{"type":"redis","serviceName":"my-redis.static"},"pacing":{"type":"recorded"}}"#,
        ]
    )
    func asItCame(config: String) async throws {
        let cache = try self.cache(config)
        _ = await cache.send(Exchange.request(stream: true))
        let hit = await cache.begin(Exchange.request(stream: true))
        await cache.gateway.settle()
        #expect(hit.received.cacheStatus == "hit" && hit.received.headers[.contentLength] == nil)
        #expect(try ReadReply(events: hit.received.body).text == "A ball ")
        await cache.gateway.advance(by: .milliseconds(1500))
        #expect(try ReadReply(events: hit.received.body).text == "A ball of ")
        let start = cache.gateway.time
        let response = await hit.response()
        #expect(cache.gateway.time - start == 500_000_000)
        let reply = try ReadReply(events: response.body)
        #expect(reply.text == "A ball of gas." && reply.isDone && reply.ids == ["chatcmpl-7"])
        #expect(response.isComplete && cache.upstreamCalls == 1 && cache.gateway.isIdle)
    }

    @Test("a hit in one piece, and one without a pace, is there at once")
    func atOnce() async throws {
        let cache = try self.cache()
        _ = await cache.send(Exchange.request(stream: true))
        let json = await cache.begin(Exchange.request())
        await cache.gateway.settle()
        #expect(json.isFinished && json.received.answerText == "A ball of gas.")
        let plain = try self.cache(CachingGateway.memory)
        _ = await plain.send(Exchange.request(stream: true))
        let events = await plain.begin(Exchange.request(stream: true))
        await plain.gateway.settle()
        #expect(events.isFinished && events.received.headers[.contentLength] != nil)
    }

    @Test("an answer that came as JSON is streamed at once, or at the steady pace", arguments: [false, true])
    func fromJSON(isSteady: Bool) async throws {
        let steady = #"{"cache":{"type":"memory"},"pacing":{"type":"steady","tokensPerSecond":2}}"#
        let cache = try self.cache(isSteady ? steady : Self.paced)
        _ = await cache.send(Exchange.request())
        let hit = await cache.begin(Exchange.request(stream: true))
        await cache.gateway.settle()
        #expect(hit.isFinished != isSteady)
        let start = cache.gateway.time
        #expect(try ReadReply(events: await hit.response().body).text == "A ball of gas.")
        #expect((cache.gateway.time - start > 2_000_000_000) == isSteady)
    }

    @Test("a recording that took minutes is over after maxDuration")
    func capped() async throws {
        let config = #"{"cache":{"type":"memory"},"pacing":{"type":"recorded","maxDuration":"500ms"}}"#
        let cache = try self.cache(config, every: .seconds(100))
        _ = await cache.send(Exchange.request(stream: true))
        let start = cache.gateway.time
        let hit = await cache.send(Exchange.request(stream: true))
        #expect(hit.cacheStatus == "hit" && cache.gateway.time - start == 500_000_000)
    }

    @Test("a client that leaves stops it")
    func leaves() async throws {
        let cache = try self.cache()
        _ = await cache.send(Exchange.request(stream: true))
        let hit = await cache.begin(Exchange.request(stream: true))
        await cache.gateway.settle()
        #expect(cache.gateway.liveStreams == 1 && cache.gateway.liveOperations == 1)
        await hit.reset()
        await cache.gateway.settle()
        #expect(cache.gateway.isIdle)
        #expect(!cache.gateway.log.contains { $0.level >= .warning })
    }

    @Test("a client that reads slowly is sent no more than it takes")
    func slowClient() async throws {
        let pieces = Array(repeating: String(repeating: "x", count: 4096), count: 200)
        let cache = try self.cache(Self.paced, Exchange.events(pieces), every: .milliseconds(10))
        _ = await cache.send(Exchange.request(stream: true))
        let request = Exchange.request(stream: true)
        let hit = await cache.gateway.open(request, hasBody: true, readsPaused: true)
        await hit.send(request.body)
        await hit.end()
        await cache.gateway.advance(by: .seconds(60))
        #expect(hit.peakUnreadBytes < 3 * PacedReplay.longestPart)
        await hit.resumeReading()
        let reply = try ReadReply(events: await hit.response().body)
        #expect(reply.content.readableBytes == 200 * 4096 && reply.isDone)
        #expect(cache.gateway.isIdle)
    }

    @Test("stored answers are no larger where hits are not paced")
    func recordsOnDemand() async throws {
        for (config, keeps) in [(CachingGateway.redis, false), (Self.paced, true)] {
            let value = try ReadConfiguration(config).value
            #expect((value.pacing != nil) == keeps)
        }
        let cache = try self.cache(CachingGateway.redis)
        _ = await cache.send(Exchange.request(stream: true))
        let key = try #require(cache.redis.keys().first)
        #expect(try #require(cache.redis[key]).contains("\"pieces\"") == false)
    }

    @Test(
        "mistakes are errors at their place",
        arguments: [
            (#"{}"#, "missing key \"type\" (one of none, recorded, steady)"),
            (#"{"type":"record"}"#, "expected one of none, recorded, steady; did you mean \"recorded\""),
            (#"{"type":"recorded","tokensPerSecond":5}"#, "unknown key \"tokensPerSecond\""),
            (#"{"type":"steady","tokensPerSecond":0}"#, "expected a whole number (1 to 10000)"),
            (#"{"type":"recorded","maxDuration":"1h"}"#, "expected a duration"),
            (#""recorded""#, "expected a mapping"),
        ]
    )
    func mistakes(pacing: String, message: String) throws {
        let errors = try ReadConfiguration(#"{"cache":{"type":"memory"},"pacing":\#(pacing)}"#).errors
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
    }

    @Test(
        "a pace for answers that are one event is warned about",
        arguments: [#""scope":[]"#, #""replay":"template""#]
    )
    func withoutEffect(key: String) throws {
        let json = #"{"cache":{"type":"memory"},"pacing":{"type":"recorded"},\#(key)}"#
        let configuration = try ReadConfiguration(json)
        #expect(configuration.errors.isEmpty && configuration.warnings.count == 1)
    }

    @Test("none is no pace")
    func none() throws {
        let configuration = try ReadConfiguration(#"{"cache":{"type":"memory"},"pacing":{"type":"none"}}"#)
        #expect(configuration.issues.isEmpty && configuration.value.pacing == nil)
    }
}
