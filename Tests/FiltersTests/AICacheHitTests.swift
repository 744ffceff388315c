import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: hits")
struct AICacheHitTests {
    @Test(
        "the second of two equal questions is answered from the cache",
        arguments: [CachingGateway.memory, CachingGateway.redis]
    )
    func hit(config: String) async throws {
        let cache = try CachingGateway(config)
        let first = await cache.send(Exchange.request())
        #expect(first.cacheStatus == "miss" && first.logged == "miss" && first.details == "via_upstream")
        await cache.gateway.advance(by: .seconds(30))
        let second = await cache.send(Exchange.request())
        #expect(second.status == 200 && second.cacheStatus == "hit" && second.logged == "hit")
        #expect(second.details == "ai-cache.hit" && second.headers[.contentType] == "application/json; charset=utf-8")
        #expect(second.headers[.cacheStatus] == "sluice; hit; detail=\"exact\"" && second.headers[.age] == "30")
        #expect(second.headers[CacheStatusHeaders.key] == first.headers[CacheStatusHeaders.key])
        let reply = try ReadReply(json: second.body)
        #expect(reply.text == "A ball of gas." && reply.ids == ["chatcmpl-7"] && reply.models == ["m-2026"])
        #expect(reply.totalTokens == 11 && reply.finishReasons == ["stop"])
        #expect(cache.upstreamCalls == 1 && cache.gateway.isIdle)
        #expect(cache.lookupLines == ["cache miss for key: What is a star?", "cache hit for key: What is a star?"])
        #expect(cache.lookups("exact_hit") == 1 && cache.lookups("miss") == 1 && cache.stored == 1)
        #expect(cache.gateway.metrics.counter("ai_cache_tokens_saved_total", "").value == 11)
    }

    @Test(
        "hits serve across modes",
        arguments: [CachingGateway.memory, CachingGateway.redis],
        [(false, true), (true, false), (true, true)]
    )
    func acrossModes(config: String, modes: (Bool, Bool)) async throws {
        let cache = try CachingGateway(config)
        _ = await cache.send(Exchange.request(stream: modes.0))
        let hit = await cache.send(Exchange.request(stream: modes.1))
        #expect(hit.cacheStatus == "hit" && cache.upstreamCalls == 1)
        let type = modes.1 ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8"
        #expect(hit.headers[.contentType] == type)
        let reply = modes.1 ? try ReadReply(events: hit.body) : try ReadReply(json: hit.body)
        #expect(reply.text == "A ball of gas." && reply.isDone == modes.1)
    }

    @Test(
        "every answer comes back character for character, in every form",
        arguments: awkwardTexts,
        [
            CachingGateway.memory, CachingGateway.redis,
            #"{"cache":{"type":"memory"},"scope":[]}"#,
            #"{"redis":{"serviceName":"my-redis.static"},"replay":"template"}"#,
        ]
    )
    func verbatim(text: String, config: String) async throws {
        for streamed in [false, true] {
            let cache = try CachingGateway(config) { _ in
                streamed
                    ? Exchange.stream(
                        Exchange.events(text.map { String($0) }.chunked(by: Swift.max(7, text.count / 30)))
                    )
                    : Exchange.json(text)
            }
            _ = await cache.send(Exchange.request(stream: streamed))
            let json = await cache.send(Exchange.request(stream: false))
            let events = await cache.send(Exchange.request(stream: true))
            #expect(json.cacheStatus == "hit" && events.cacheStatus == "hit")
            #expect(try ReadReply(json: json.body).text == text)
            #expect(try ReadReply(events: events.body).text == text)
        }
    }

    @Test("on a miss the request's body and the answer pass byte for byte", arguments: [Chunking.whole, .bytes(3)])
    func missIsTransparent(chunking: Chunking) async throws {
        let cache = try CachingGateway(chunking: chunking)
        for streamed in [false, true] {
            let request = Exchange.request(
                "streamed: \(streamed)",
                stream: streamed,
                more: #", "x" : [ 1.0 ,"\u0041" ] "#
            )
            let response = await cache.send(request)
            let upstream = try #require(cache.gateway.upstreamRequests.last)
            #expect(upstream.body == request.body)
            let expected = streamed ? Exchange.events().joined() : Exchange.json().bodyText
            #expect(response.text == expected)
            #expect(!response.headers.contains { $0.name.contains("cache") && $0.value.contains("hit") })
        }
    }

    @Test("the upstream is not asked for compression when the answer is to be read, and only then")
    func acceptEncoding() async throws {
        let cache = try CachingGateway()
        _ = await cache.send(Exchange.request(headers: [.acceptEncoding: "gzip"]))
        #expect(cache.gateway.upstreamRequests.last?.headers[.acceptEncoding] == nil)
        _ = await cache.send(Exchange.request(headers: [.acceptEncoding: "gzip", .xHigressSkipAiCache: "on"]))
        #expect(cache.gateway.upstreamRequests.last?.headers[.acceptEncoding] == "gzip")
        _ = await cache.send(TestRequest(.get, "/", headers: [.acceptEncoding: "gzip"]))
        #expect(cache.gateway.upstreamRequests.last?.headers[.acceptEncoding] == "gzip")
    }

    @Test("an answer that is compressed all the same is forwarded as it came and cached")
    func compressed() async throws {
        let body = try #require(InflateFixtures.gzipAnswer.decoded)
        let cache = try CachingGateway { _ in
            TestResponse(headers: [.contentType: "application/json", .contentEncoding: "gzip"], bytes: body)
        }
        let first = await cache.send(Exchange.request())
        #expect(first.body == body && first.headers[.contentEncoding] == "gzip")
        let second = await cache.send(Exchange.request())
        #expect(second.cacheStatus == "hit" && second.headers[.contentEncoding] == nil)
        #expect(try ReadReply(json: second.body).text == "compressed answer")
    }

    @Test("a long hit reaches a slow client in parts")
    func backPressure() async throws {
        let text = String(repeating: "long ", count: 150_000)
        let cache = try CachingGateway { _ in Exchange.json(text) }
        _ = await cache.send(Exchange.request())
        let request = Exchange.request(stream: true)
        let stream = await cache.gateway.open(request, hasBody: true)
        await stream.pauseReading()
        await stream.send(request.body)
        await stream.end()
        #expect(stream.peakUnreadBytes < 256 * 1024 && !stream.isFinished)
        await stream.resumeReading()
        let response = await stream.response()
        #expect(try ReadReply(events: response.body).text == text)
    }

    @Test("usage comes as an event of its own only when the request asks for it", arguments: [true, false])
    func usageEvent(asks: Bool) async throws {
        let cache = try CachingGateway()
        _ = await cache.send(Exchange.request())
        let more = #","stream_options":{"include_usage":\#(asks)}"#
        let hit = await cache.send(Exchange.request(stream: true, more: more))
        #expect(hit.cacheStatus == "hit" && hit.text.contains(#""choices":[],"usage""#) == asks)
        #expect(try ReadReply(events: hit.body).totalTokens == 11)
    }

    @Test("templates of the user's are answered exactly")
    func templates() async throws {
        let config =
            #"{"cache":{"type":"memory"},"responseTemplate":"{\"t\":\"%s\"}","streamResponseTemplate":"data:{\"t\":\"%s\"}\n\n"}"#
        let cache = try CachingGateway(config) { _ in Exchange.json("100 %s \"x\"") }
        _ = await cache.send(Exchange.request())
        #expect(await cache.send(Exchange.request()).text == #"{"t":"100 %s \"x\""}"#)
        #expect(await cache.send(Exchange.request(stream: true)).text == "data:{\"t\":\"100 %s \\\"x\\\"\"}\n\n")
    }

    @Test("responseHeaders: false leaves no trace in the response")
    func silentHeaders() async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"responseHeaders":false}"#)
        for status in ["miss", "hit"] as [LogValue] {
            let response = await cache.send(Exchange.request())
            #expect(
                response.logged == status
                    && !response.headers.contains { $0.name.contains("cache") || $0.name == "age" }
            )
        }
    }

    @Test("lone surrogates in the upstream's JSON come back as they were")
    func loneSurrogates() async throws {
        let cache = try CachingGateway { _ in
            TestResponse(
                headers: [.contentType: "application/json"],
                body: #"{"choices":[{"message":{"content":"a\ud83d\"b"},"finish_reason":"stop"}]}"#
            )
        }
        _ = await cache.send(Exchange.request())
        #expect(await cache.send(Exchange.request()).text.contains(#""content":"a\ud83d\"b""#))
    }

    @Test("the time to live is kept", arguments: ["memory\"", "redis\",\"serviceName\":\"my-redis.static\""])
    func timeToLive(store: String) async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"\#(store),"cacheTTL":60}}"#)
        _ = await cache.send(Exchange.request())
        await cache.gateway.advance(by: .seconds(59))
        #expect(await cache.send(Exchange.request()).cacheStatus == "hit")
        await cache.gateway.advance(by: .seconds(2))
        #expect(await cache.send(Exchange.request()).cacheStatus == "miss")
    }
}

extension [String] {
    /// The texts joined in groups.
    func chunked(by count: Int) -> [String] {
        stride(from: 0, to: self.count, by: count).map { start in
            self[start..<Swift.min(start + count, self.count)].joined()
        }
    }
}

extension TestResponse {
    /// The body of ``Exchange/json(_:finishReason:)`` as text.
    fileprivate var bodyText: String {
        #"{"id":"chatcmpl-7","object":"chat.completion","created":1767225000,"model":"m-2026","choices":[{"index":0,"message":{"role":"assistant","content":"A ball of gas."},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}"#
    }
}
