import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import Testing

@testable import BundledFilters

@Suite("ai-cache: coalescing")
struct AICacheCoalescingTests {
    /// An answer that takes a while.
    static func slowly(_ request: ServiceRequest) -> TestResponse {
        var response = Exchange.answer(request).delayed(.seconds(1))
        if request.text.contains(#""stream":true"#) { response.interval = .seconds(1) }
        return response
    }

    @Test("fifty equal requests at once make one call and get fifty right answers", arguments: [false, true])
    func fifty(streams: Bool) async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let responses = await cache.sendAtOnce(Array(repeating: Exchange.request(stream: streams), count: 50))
        #expect(cache.upstreamCalls == 1)
        #expect(responses.allSatisfy { $0.status == 200 && $0.answerText == "A ball of gas." && $0.isComplete })
        #expect(responses.allSatisfy { $0.cacheStatus == "miss" && $0.logged == "miss" })
        #expect(responses.filter { $0.aiLog["coalesced"] == true }.count == 49)
        #expect(cache.lookups("coalesced") == 49 && cache.lookups("miss") == 1)
        #expect(cache.lookupLines.filter { $0.hasPrefix("cache miss for key") }.count == 50)
        #expect(cache.gateway.isIdle)
        #expect(await cache.statuses(Exchange.request(stream: streams)) == ["hit"])
    }

    @Test("a follower says that it is one, and nothing that looks like a hit")
    func headers() async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let follower = await cache.sendAtOnce([Exchange.request(), Exchange.request()])[1]
        #expect(follower.headers["cache-status"] == "sluice; fwd=miss; collapsed")
        #expect(follower.headers[.contentType] == "application/json; charset=utf-8")
        #expect(follower.headers["x-sluice-cache-key"]?.count == 32)
        #expect(follower.headers["age"] == nil)
    }

    @Test("each is served in its own form, whichever the leader asked for", arguments: [false, true])
    func otherForm(leaderStreams: Bool) async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let requests = [leaderStreams, !leaderStreams, leaderStreams].map { Exchange.request(stream: $0) }
        let responses = await cache.sendAtOnce(requests)
        #expect(cache.upstreamCalls == 1)
        #expect(responses.map(\.answerText) == Array(repeating: "A ball of gas.", count: 3))
        #expect(responses.map(\.isEventStream) == [leaderStreams, !leaderStreams, leaderStreams])
    }

    @Test("followers of a stream get its events as they arrive")
    func asTheyArrive() async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let leader = await cache.begin(Exchange.request(stream: true))
        let early = await cache.begin(Exchange.request(stream: true))
        await cache.gateway.advance(by: .milliseconds(3500))
        let late = await cache.begin(Exchange.request(stream: true))
        await cache.gateway.settle()
        for stream in [leader, early, late] {
            #expect(stream.received.text.contains("A ball ") && !stream.received.text.contains("of gas."))
        }
        let texts = [await leader.response(), await early.response(), await late.response()].map(\.text)
        #expect(Set(texts) == [Exchange.events().joined()])
        #expect(cache.upstreamCalls == 1)
    }

    @Test("a leader whose client leaves half way does not fail its followers", arguments: [false, true])
    func leaderLeaves(streams: Bool) async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let leader = await cache.begin(Exchange.request(stream: streams))
        let followers = await cache.begin([Exchange.request(stream: streams), Exchange.request(stream: !streams)])
        await cache.gateway.advance(by: .milliseconds(streams ? 2500 : 500))
        await leader.reset()
        let answers = await CachingGateway.responses(followers)
        #expect(answers.map(\.answerText) == ["A ball of gas.", "A ball of gas."])
        #expect(cache.upstreamCalls == 1 && cache.stored == 1)
        #expect(cache.gateway.isIdle)
    }

    @Test("a leader that nobody follows takes its call with it when its client leaves")
    func leaderAlone() async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let leader = await cache.begin(Exchange.request())
        await leader.reset()
        await cache.gateway.settle()
        #expect(cache.gateway.isIdle && cache.stored == 0)
        #expect(await cache.statuses(Exchange.request()) == ["miss"])
    }

    @Test("followers that leave are forgotten", arguments: [false, true])
    func followersLeave(streams: Bool) async throws {
        let cache = try CachingGateway(upstream: Self.slowly)
        let leader = await cache.begin(Exchange.request(stream: streams))
        let followers = await cache.begin(Array(repeating: Exchange.request(stream: streams), count: 3))
        await cache.gateway.advance(by: .milliseconds(streams ? 3500 : 500))
        for follower in followers { await follower.reset() }
        #expect(cache.gateway.liveOperations == 0)
        #expect(await leader.response().answerText == "A ball of gas.")
        #expect(cache.gateway.isIdle)
    }

    @Test(
        "when the leader's answer is none to be stored, each follower asks for itself",
        arguments: ["500", "tools", "length", "reset", "no-store", "unreachable", "html"],
        [false, true]
    )
    func goUpstream(failure: String, streams: Bool) async throws {
        let calls = Mutex(0)
        let cache = try CachingGateway { request in
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            guard isFirst else { return Exchange.answer(request) }
            return Self.failing(failure, streams: streams).delayed(.seconds(1))
        }
        let responses = await cache.sendAtOnce(Array(repeating: Exchange.request(stream: streams), count: 4))
        #expect(cache.upstreamCalls == 4)
        #expect(responses.dropFirst().allSatisfy { $0.answerText == "A ball of gas." && $0.status == 200 })
        #expect(cache.lookups("miss") == 4 && cache.lookups("coalesced") == 0)
        #expect(cache.gateway.isIdle)
    }

    private static func failing(_ failure: String, streams: Bool) -> TestResponse {
        let event = { (delta: String, finish: String) in Exchange.event(delta, finishReason: finish) }
        switch failure {
        case "500": return TestResponse(status: 500, body: "no")
        case "tools":
            let calls = #"{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}"#
            return streams
                ? Exchange.stream([event(calls, "null"), event("{}", #""tool_calls""#), "data: [DONE]\n\n"])
                : Exchange.json(finishReason: "tool_calls")
        case "length":
            return streams ? Exchange.stream([event("{}", #""length""#)]) : Exchange.json(finishReason: "length")
        case "reset": return Exchange.json().reset(after: 10)
        case "no-store":
            var response = streams ? Exchange.stream() : Exchange.json()
            response.headers[.cacheControl] = "no-store"
            return response
        case "html": return TestResponse(status: 200, headers: [.contentType: "text/html"], body: "<p>")
        default: return .unreachable
        }
    }

    @Test("a follower that has the front of a stream gets the rest of it, stored or not")
    func restOfUnstorable() async throws {
        let events = [
            Exchange.event(#"{"content":"A ball "}"#), Exchange.event("{}", finishReason: #""length""#),
            "data: [DONE]\n\n",
        ]
        let cache = try CachingGateway { _ in
            var response = Exchange.stream(events)
            response.interval = .seconds(1)
            return response
        }
        let responses = await cache.sendAtOnce(Array(repeating: Exchange.request(stream: true), count: 3))
        #expect(responses.map(\.text) == Array(repeating: events.joined(), count: 3))
        #expect(responses.allSatisfy { $0.isComplete })
        #expect(cache.upstreamCalls == 1 && cache.stored == 0)
    }

    @Test("a stream that breaks off breaks off for those who have its front, and not for the others")
    func breaksOff() async throws {
        let calls = Mutex(0)
        let first = Exchange.event(#"{"content":"A ball "}"#)
        let cache = try CachingGateway { request in
            let isFirst = calls.withLock { calls in
                calls += 1
                return calls == 1
            }
            guard isFirst else { return Exchange.answer(request) }
            var response = Exchange.stream([first, "data: x"]).reset(after: first.utf8.count + 1)
            response.interval = .seconds(1)
            return response
        }
        let responses = await cache.sendAtOnce([true, true, false].map { Exchange.request(stream: $0) })
        #expect(responses.map(\.isComplete) == [false, false, true])
        #expect(responses[2].answerText == "A ball of gas.")
        #expect(cache.upstreamCalls == 2 && cache.gateway.isIdle)
    }

    @Test("different models, questions and consumers never share an answer")
    func apart() async throws {
        let cache = try CachingGateway(before: [TestFilter(Consumers.self)]) { request in
            let consumer = request.head.headers["x-consumer"] ?? "-"
            return Exchange.json("\(consumer) \(request.text.contains("m-2"))").delayed(.seconds(1))
        }
        let requests = ["a", "b"].flatMap { consumer in
            ["m-1", "m-2"].map { Exchange.request(model: $0, headers: ["x-consumer": consumer]) }
        }
        let responses = await cache.sendAtOnce(requests + requests)
        #expect(cache.upstreamCalls == 4)
        let texts = ["a false", "a true", "b false", "b true"]
        #expect(responses.map(\.answerText) == texts + texts)
    }

    @Test("requests that refuse stored answers, and gateways told not to, make their own calls")
    func alone() async throws {
        let fresh = Exchange.request(headers: [.cacheControl: "no-cache"])
        let cache = try CachingGateway(upstream: Self.slowly)
        _ = await cache.sendAtOnce([fresh, fresh])
        #expect(cache.upstreamCalls == 2)
        let apart = try CachingGateway(#"{"cache":{"type":"memory"},"coalesce":false}"#, upstream: Self.slowly)
        _ = await apart.sendAtOnce([Exchange.request(), Exchange.request()])
        #expect(apart.upstreamCalls == 2 && apart.lookups("coalesced") == 0)
    }

    @Test("a model that thinks longer than filterTimeout does not fail its followers", arguments: [false, true])
    func filterTimeout(streams: Bool) async throws {
        let gateway = try TestGateway(
            filters: [TestFilter(AICache.self, config: try ConfigurationNode(json: CachingGateway.memory))],
            limits: TestLimits(filterTimeout: .seconds(1))
        ) { request in
            Exchange.answer(request).delayed(.seconds(30))
        }
        let cache = CachingGateway(gateway: gateway)
        let responses = await cache.sendAtOnce(Array(repeating: Exchange.request(stream: streams), count: 3))
        #expect(cache.upstreamCalls == 1)
        #expect(responses.allSatisfy { $0.answerText == "A ball of gas." })
        #expect(cache.warnings.isEmpty)
    }

    @Test("misses of a remote store are coalesced too")
    func remoteStore() async throws {
        let cache = try CachingGateway(CachingGateway.redis, upstream: Self.slowly)
        let responses = await cache.sendAtOnce(Array(repeating: Exchange.request(), count: 10))
        #expect(cache.upstreamCalls == 1)
        #expect(responses.allSatisfy { $0.answerText == "A ball of gas." })
        #expect(cache.lookups("coalesced") == 9)
    }
}

extension CachingGateway {
    init(gateway: TestGateway) { self.gateway = gateway }

    /// Begins a request and waits for nothing.
    func begin(_ request: TestRequest) async -> TestStream {
        let stream = await self.gateway.open(request, hasBody: true)
        await stream.send(request.body)
        await stream.end()
        return stream
    }

    func begin(_ requests: [TestRequest]) async -> [TestStream] {
        var streams: [TestStream] = []
        for request in requests { streams.append(await self.begin(request)) }
        return streams
    }

    /// Sends requests so that all are there before the first is answered.
    func sendAtOnce(_ requests: [TestRequest]) async -> [ReceivedResponse] {
        let responses = await Self.responses(await self.begin(requests))
        await self.gateway.settle()
        return responses
    }

    static func responses(_ streams: [TestStream]) async -> [ReceivedResponse] {
        var responses: [ReceivedResponse] = []
        for stream in streams { responses.append(await stream.response()) }
        return responses
    }
}

extension ReceivedResponse {
    var isEventStream: Bool { self.headers[.contentType]?.hasPrefix("text/event-stream") ?? false }

    /// The text of the answer, in either form.
    var answerText: String {
        var collector = AnswerCollector(
            format: self.isEventStream ? .eventStream : .json,
            coding: .identity,
            paths: AnswerPaths(),
            maximumEntryBytes: 1 << 20
        )
        collector.append(ByteBuffer(string: self.text))
        guard let answer = try? collector.finish(clean: true) else { return "" }
        return String(buffer: JSONString.decode(answer.content).text)
    }
}
