import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: requests that pass")
struct AICachePassingTests {
    @Test("the skip header, exactly on, means no lookup and no store")
    func skipHeader() async throws {
        let cache = try CachingGateway()
        let skipped = await cache.send(Exchange.request(headers: [.xHigressSkipAiCache: "on"]))
        #expect(skipped.cacheStatus == "skip" && skipped.logged == "skip" && cache.stored == 0)
        #expect(cache.lookupLines.isEmpty && cache.lookups("skip") == 1)
        #expect(await cache.send(Exchange.request(headers: [.xHigressSkipAiCache: "On"])).cacheStatus == "miss")
        #expect(await cache.send(Exchange.request(headers: [.xHigressSkipAiCache: "on"])).cacheStatus == "skip")
        #expect(cache.upstreamCalls == 3)
    }

    @Test("a filter that takes the cache out of the stream still leaves cache_status skip in the log")
    func skippedFromOutside() async throws {
        let cache = try CachingGateway(before: [TestFilter(Skipping.self)])
        let response = await cache.send(Exchange.request(headers: [.xHigressSkipAiCache: "on"]))
        #expect(response.logged == "skip" && cache.stored == 0 && cache.lookups("skip") == 1)
        #expect(await cache.send(Exchange.request()).logged == "miss")
    }

    @Test("a bodiless JSON request passes at once", arguments: [HTTPMethod.get, .post, .delete])
    func bodiless(method: HTTPMethod) async throws {
        let cache = try CachingGateway()
        let response = await cache.send(TestRequest(method, "/v1/models", headers: [.contentType: "application/json"]))
        #expect(response.status == 200 && response.cacheStatus == "-" && response.logged == nil)
    }

    @Test("an announced body that turns out empty passes")
    func emptyBody() async throws {
        let cache = try CachingGateway()
        let stream = await cache.gateway.open(Exchange.request(), hasBody: true)
        await stream.end()
        let response = await stream.response()
        #expect(response.status == 200 && response.logged == nil)
    }

    @Test("what is no JSON takes no part", arguments: ["text/plain", "multipart/form-data; boundary=x"])
    func otherTypes(type: String) async throws {
        let cache = try CachingGateway()
        let response = await cache.send(Exchange.request(headers: [.contentType: type]))
        #expect(response.status == 200 && response.cacheStatus == "-" && response.logged == nil)
    }

    @Test("questions with lone surrogates, which would all share a key, pass", arguments: ["memory", "redis"])
    func loneSurrogates(store: String) async throws {
        let cache = try CachingGateway(store == "memory" ? CachingGateway.memory : CachingGateway.redis)
        for _ in 0..<2 {
            for surrogate in [#"\ud800"#, #"\udfff"#] {
                let body = #"{"model":"m","messages":[{"role":"user","content":"What is \#(surrogate)?"}]}"#
                let headers: HeaderFields = [.contentType: "application/json"]
                let response = await cache.send(
                    TestRequest(.post, "/v1/chat/completions", headers: headers, body: body)
                )
                #expect(response.status == 200 && response.cacheStatus == "bypass")
            }
        }
        #expect(cache.upstreamCalls == 4 && cache.stored == 0)
        #expect(await cache.statuses(Exchange.request("What is \u{FFFD}?"), Exchange.request("😀")) == ["miss", "miss"])
    }

    @Test(
        "completions, responses and messages pass untouched, never mis-cached",
        arguments: ["/v1/completions", "/v1/responses", "/v1/messages"]
    )
    func otherFormats(path: String) async throws {
        let cache = try CachingGateway()
        for _ in 0..<2 {
            let response = await cache.send(Exchange.request(headers: [.acceptEncoding: "gzip"], path: path))
            #expect(response.cacheStatus == "-" && response.logged == nil)
        }
        #expect(cache.upstreamCalls == 2 && cache.gateway.upstreamRequests[0].headers[.acceptEncoding] == "gzip")
        let own = try CachingGateway(#"{"cache":{"type":"memory"},"cacheKeyFrom":"messages.0.content"}"#)
        #expect(await own.statuses(Exchange.request(path: path), Exchange.request(path: path)) == ["miss", "hit"])
    }

    @Test(
        "an answer to chat completions is none to the same body under another path, and none the other way round",
        arguments: [#","cacheKeyFrom":"messages.0.content""#, #","scope":["history"]"#, ""]
    )
    func otherPaths(more: String) async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"}\#(more)}"#)
        let paths = [
            "/v1/chat/completions", "/v1/messages/count_tokens", "/api/chat", "/tokenize",
            "/openai/deployments/a/chat/completions?api-version=1",
            "/openai/deployments/b/chat/completions?api-version=1",
        ]
        for status in ["miss", "hit", "hit"] {
            for path in paths {
                #expect(await cache.send(Exchange.request(path: path)).cacheStatus == status, "\(path)")
            }
        }
        #expect(cache.upstreamCalls == paths.count)
        let elsewhere = ["/openai/v1/chat/completions", "/v1/chat/completions/?a=b", "/chat/completions"]
        for path in elsewhere { #expect(await cache.send(Exchange.request(path: path)).cacheStatus == "hit") }
    }

    @Test("with paths of one's own the other formats take part, each by itself")
    func ownPaths() async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"cacheKeyFrom":"messages.0.content"}"#)
        for path in ["/v1/chat/completions", "/v1/messages", "/v1/completions", "/v1/responses"] {
            let request = Exchange.request(path: path)
            #expect(await cache.statuses(request, request) == ["miss", "hit"], "\(path)")
        }
    }

    @Test(
        "invalid JSON and requests without a question are forwarded untouched and not stored",
        arguments: [
            "{", "not json", "[]", "5", "{}", #"{"messages":[]}"#, #"{"messages":[{"role":"user","content":""}]}"#,
            "\u{FEFF}{}",
        ]
    )
    func noQuestion(body: String) async throws {
        let cache = try CachingGateway()
        for _ in 0..<2 {
            var request = Exchange.request()
            request.body = bytes(body)
            let response = await cache.send(request)
            #expect(response.status == 200 && response.cacheStatus == "bypass" && response.logged == nil)
            #expect(cache.gateway.upstreamRequests.last?.text == body)
        }
        #expect(cache.upstreamCalls == 2 && cache.stored == 0 && cache.lookups("bypass") == 2)
    }

    @Test(
        "a body longer than maxBodyBytes is forwarded as it comes, not refused",
        arguments: [Chunking.whole, .bytes(10)]
    )
    func longBody(chunking: Chunking) async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"maxBodyBytes":100}"#, chunking: chunking)
        for _ in 0..<2 {
            let request = Exchange.request(String(repeating: "long ", count: 50))
            let response = await cache.send(request)
            #expect(response.status == 200 && response.cacheStatus == "bypass")
            #expect(cache.gateway.upstreamRequests.last?.body == request.body)
        }
        #expect(cache.upstreamCalls == 2 && cache.lookups("bypass") == 2)
    }

    @Test("what a cache upstream says of its own lookup does not pass for this one's")
    func otherCacheUpstream() async throws {
        let cache = try CachingGateway { _ in
            var answer = Exchange.json()
            answer.headers[.cacheStatus] = "other; hit"
            answer.headers[.xSluiceCache] = "semantic-hit"
            answer.headers[CacheStatusHeaders.similarity] = "0.97"
            answer.headers[CacheStatusHeaders.shadow] = "hit"
            return answer
        }
        let response = await cache.send(Exchange.request())
        #expect(response.cacheStatus == "miss" && response.headers[CacheStatusHeaders.similarity] == nil)
        #expect(response.headers[CacheStatusHeaders.shadow] == nil)
        #expect(response.headers.combinedValue(of: .cacheStatus) == "other; hit, sluice; fwd=miss")
    }

    @Test("a disabled strategy lets everything pass")
    func disabled() async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"cacheKeyStrategy":"disabled"}"#)
        #expect(await cache.statuses(Exchange.request(), Exchange.request()) == ["-", "-"])
    }

    @Test("Cache-Control of requests is honoured")
    func cacheControl() async throws {
        let cache = try CachingGateway()
        let statuses = await cache.statuses(
            Exchange.request(headers: [.cacheControl: "no-store"]),
            Exchange.request(headers: [.cacheControl: "no-cache"]),
            Exchange.request(),
            Exchange.request(headers: [.cacheControl: "no-cache"]),
            Exchange.request(headers: [.cacheControl: "max-age=10"])
        )
        #expect(statuses == ["bypass", "bypass", "hit", "bypass", "hit"])
        await cache.gateway.advance(by: .seconds(11))
        #expect(await cache.send(Exchange.request(headers: [.cacheControl: "max-age=10"])).cacheStatus == "miss")
        #expect(await cache.send(Exchange.request(headers: [.cacheControl: "max-age=10"])).headers[.age] == "0")
    }

    @Test("honorCacheControl: false ignores it")
    func cacheControlIgnored() async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"honorCacheControl":false}"#) { request in
            var response = Exchange.answer(request)
            response.headers[.cacheControl] = "no-store"
            return response
        }
        let request = Exchange.request(headers: [.cacheControl: "no-store"])
        #expect(await cache.statuses(request, request) == ["miss", "hit"])
    }
}

@Suite("ai-cache: answers that are not stored")
struct AICacheRefusalTests {
    @Test(
        "an answer that may not be stored passes untouched and is asked for again",
        arguments: [
            (TestResponse(status: 500, headers: [.contentType: "application/json"], body: Exchange.jsonText), "status"),
            (TestResponse(status: 201, headers: [.contentType: "application/json"], body: Exchange.jsonText), "status"),
            (TestResponse(headers: [.contentType: "text/html"], body: "<html>"), "content_type"),
            (TestResponse(body: Exchange.jsonText), "content_type"), (Exchange.stream(), "content_type"),
            (
                TestResponse(headers: [.contentType: "application/json", .contentEncoding: "br"], body: "x"),
                "content_encoding"
            ),
            (
                TestResponse(
                    headers: [.contentType: "application/json", .cacheControl: "private, no-store"],
                    body: Exchange.jsonText
                ), "no_store"
            ),
            (Exchange.json("x", finishReason: "length"), "finish_reason"), (Exchange.json("  "), "blank"),
            (TestResponse(headers: [.contentType: "application/json"], body: "{\"error\":{}}"), "error"),
            (TestResponse(headers: [.contentType: "application/json"], body: "{"), "malformed"),
            (TestResponse(headers: [.contentType: "application/json"]), "malformed"),
            (Exchange.json(String(repeating: "x", count: 2 << 20)), "too_large"),
        ]
    )
    func refused(answer: TestResponse, reason: String) async throws {
        let cache = try CachingGateway { _ in answer }
        for _ in 0..<2 {
            let response = await cache.send(Exchange.request())
            #expect(response.status == answer.status && response.cacheStatus == "miss" && response.isComplete)
        }
        #expect(cache.upstreamCalls == 2 && cache.stored == 0 && cache.refused(reason) == 2)
    }

    @Test("truncated answers are not stored as complete", arguments: [false, true])
    func truncated(streamed: Bool) async throws {
        let cache = try CachingGateway { _ in
            (streamed ? Exchange.stream(Exchange.events(done: false)) : Exchange.json()).reset(after: 250)
        }
        for _ in 0..<2 {
            let response = await cache.send(Exchange.request(stream: streamed))
            #expect(response.isReset && response.cacheStatus == "miss")
        }
        #expect(cache.upstreamCalls == 2 && cache.stored == 0 && cache.refused("incomplete") == 2)
    }

    @Test(
        "a stream is stored by [DONE], or by a finish_reason and a clean end",
        arguments: [
            (true, true, true), (true, false, true), (false, true, true), (false, false, false),
        ]
    )
    func completeness(done: Bool, finish: Bool, isStored: Bool) async throws {
        let cache = try CachingGateway { _ in Exchange.stream(Exchange.events(done: done, finish: finish)) }
        _ = await cache.send(Exchange.request(stream: true))
        #expect(cache.stored == (isStored ? 1 : 0))
    }

    @Test(
        "a client that leaves early leaves nothing behind, unless completeOnDisconnect says so",
        arguments: [false, true]
    )
    func disconnect(completes: Bool) async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"completeOnDisconnect":\#(completes)}"#) { _ in
            TestResponse(headers: [.contentType: "text/event-stream"], chunks: Exchange.events(), every: .seconds(1))
        }
        let request = Exchange.request(stream: true)
        let stream = await cache.gateway.open(request, hasBody: true)
        await stream.send(request.body)
        await stream.end()
        await cache.gateway.advance(by: .milliseconds(1500))
        await stream.reset()
        await cache.gateway.advance(by: .seconds(10))
        #expect(cache.gateway.isIdle && cache.stored == (completes ? 1 : 0))
    }

    @Test("a client that leaves after [DONE] has been read does not keep the answer from being stored")
    func leavesAfterDone() async throws {
        let cache = try CachingGateway { _ in Exchange.stream().silent(after: Exchange.events().joined().utf8.count) }
        let request = Exchange.request(stream: true)
        let stream = await cache.gateway.open(request, hasBody: true)
        await stream.send(request.body)
        await stream.end()
        await stream.reset()
        await cache.gateway.settle()
        #expect(cache.stored == 1 && cache.gateway.isIdle)
    }

    @Test("an error of the gateway's own has no cache fields and is not stored")
    func gatewayError() async throws {
        let cache = try CachingGateway { _ in TestResponse.unreachable }
        let response = await cache.send(Exchange.request())
        #expect(response.status == 503 && response.cacheStatus == "-" && cache.stored == 0)
    }
}

extension Exchange {
    static let jsonText = #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}"#
}
