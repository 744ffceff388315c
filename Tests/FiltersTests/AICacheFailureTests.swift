import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: failures of the store")
struct AICacheFailureTests {
    @Test(
        "whatever goes wrong is a miss: the request goes on, with one warning and one metric",
        arguments: [
            TestRedis.Failure.error("LOADING Redis is loading the dataset in memory"), .timeout, .connectFailure,
            .reset,
        ]
    )
    func failOpen(failure: TestRedis.Failure) async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.fail(failure, next: 1)
        let response = await cache.send(Exchange.request())
        #expect(response.status == 200 && response.cacheStatus == "miss" && response.logged == "miss")
        #expect(try ReadReply(json: response.body).text == "A ball of gas.")
        #expect(cache.warnings.count == 1 && cache.lookupLines.count == 1)
        #expect(cache.lookups("error") == 1 && cache.lookups("miss") == 0)
        #expect(
            cache.gateway.metrics.counter("ai_cache_provider_errors_total", "", labels: [("tier", "cache")]).value == 1
        )
        #expect(cache.stored == 1)
        #expect(await cache.send(Exchange.request()).cacheStatus == "hit")
    }

    @Test("a lookup without reply costs no more than the timeout")
    func timeout() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.fail(.timeout)
        let start = cache.gateway.time
        let response = await cache.send(Exchange.request())
        #expect(response.status == 200)
        #expect(response.record.duration < 150_000_000)
        #expect(cache.gateway.time - start < 1_000_000_000)
    }

    @Test("a second lookup's failure does not hang")
    func secondFailure() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        _ = await cache.send(Exchange.request())
        cache.redis.fail(.reset)
        for _ in 0..<5 {
            let response = await cache.send(Exchange.request())
            #expect(response.status == 200 && response.isComplete)
        }
        #expect(cache.gateway.isIdle)
    }

    @Test("three failures in a row leave the store alone for five seconds")
    func breaker() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.fail(.connectFailure)
        for number in 0..<10 { #expect(await cache.send(Exchange.request("\(number)")).status == 200) }
        #expect(cache.redis.commands.count == 3 && cache.warnings.count == 3)
        #expect(cache.lookupLines.count == 10)
        cache.redis.recover()
        await cache.gateway.advance(by: .seconds(5))
        #expect(await cache.statuses(Exchange.request(), Exchange.request()) == ["miss", "hit"])
    }

    @Test(
        "errors in provider answers do not crash and are misses",
        arguments: [
            RedisValue.integer(5), .array([.null]), .bool(true), .map([]), .double(.nan), .string(bytes("")),
            .string(ByteBuffer(bytes: [0xFF, 0x00, 0xC3])), .string(bytes(#"{"sluice":1"#)),
            .string(bytes(#"{"sluice":9,"content":"x"}"#)),
            .string(bytes("plain")),
        ]
    )
    func oddReplies(reply: RedisValue) async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.answer { $0.first == "GET" ? reply : nil }
        let response = await cache.send(Exchange.request())
        #expect(response.status == 200 && response.cacheStatus == "miss" && cache.stored == 1)
    }

    @Test("a key of another Redis type is a miss, and does not speak against the store")
    func wrongType() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        for _ in 0..<4 {
            cache.redis.fail(.error("WRONGTYPE Operation against a key holding the wrong kind of value"), next: 1)
            #expect(await cache.send(Exchange.request()).cacheStatus == "miss")
        }
        #expect(cache.redis.commands.count == 8)
        #expect(await cache.send(Exchange.request()).cacheStatus == "hit")
    }

    @Test("storing delays no client")
    func slowStore() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.delay = .milliseconds(60)
        let response = await cache.gateway.send(Exchange.request())
        #expect(response.isComplete && response.record.duration < 100_000_000 && cache.stored == 0)
        await cache.gateway.advance(by: .milliseconds(60))
        #expect(cache.stored == 1 && cache.gateway.isIdle)
    }

    @Test("a store that fails is one warning, and the client has its answer")
    func failedStore() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.answer { _ in .null }
        cache.redis.delay = .milliseconds(60)
        let stream = await cache.gateway.open(Exchange.request(), hasBody: true)
        await stream.send(Exchange.request().body)
        await stream.end()
        cache.redis.fail(.error("OOM command not allowed when used memory > 'maxmemory'."))
        let response = await stream.response()
        await cache.gateway.settle()
        #expect(response.status == 200 && cache.stored == 0 && cache.warnings.count == 1 && cache.gateway.isIdle)
    }

    @Test("a client that leaves during the lookup leaves nothing behind")
    func leavesDuringLookup() async throws {
        let cache = try CachingGateway(CachingGateway.redis)
        cache.redis.fail(.hang, next: 1)
        let request = Exchange.request()
        let stream = await cache.gateway.open(request, hasBody: true)
        await stream.send(request.body)
        await stream.end()
        await stream.reset()
        await cache.gateway.settle()
        #expect(cache.gateway.isIdle && cache.upstreamCalls == 0 && cache.warnings.isEmpty)
        #expect(await cache.statuses(Exchange.request(), Exchange.request()) == ["miss", "hit"])
    }

    @Test("no secret reaches the log")
    func secrets() async throws {
        let config = #"{"redis":{"serviceName":"my-redis.static","password":"hunter2"}}"#
        let cache = try CachingGateway(config)
        cache.redis.require(password: "other")
        _ = await cache.send(Exchange.request())
        #expect(cache.warnings.count == 2 && !cache.gateway.log.contains { $0.description.contains("hunter2") })
    }
}
