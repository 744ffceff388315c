import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let path = "/v1/chat/completions"

@Suite struct AIQuotaTests {
    private static let config: ConfigurationNode = [
        "admin_consumer": "boss", "redis": ["service_name": "redis.static"],
    ]

    private func gateway(
        _ config: ConfigurationNode = AIQuotaTests.config,
        failStrategy: TestFilter.FailStrategy = .close,
        anonymous: Bool = false,
        holdsEnd: Bool = false,
        _ upstream: @escaping TestService.Script = { _ in
            TestResponse(
                status: 200,
                headers: ["content-type": "application/json"],
                body: #"{"usage":{"prompt_tokens":10,"completion_tokens":20}}"#
            )
        }
    ) throws -> TestGateway {
        let quota = TestFilter(AIQuota.self, failStrategy: failStrategy, config: config)
        let authentication: ConfigurationNode = [
            "consumers": [["name": "alice", "credential": "ka"], ["name": "boss", "credential": "kb"]]
        ]
        return try TestGateway(
            filters: (holdsEnd ? [TestFilter(HeldEnd.self)] : [])
                + (anonymous ? [quota] : [TestFilter(KeyAuth.self, config: authentication), quota]),
            upstream: upstream
        )
    }

    private func request(_ path: String = path, key: String = "ka", method: HTTPMethod = .post, body: String = "{}")
        -> TestRequest
    {
        TestRequest(method, path, headers: ["x-api-key": key], body: body)
    }

    @Test func tokensAreTakenOffUntilNoneAreLeft() async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")["chat_quota:alice"] = "50"
        for left in ["20", "-10"] {
            #expect(await gateway.send(self.request()).status == 200)
            await gateway.settle()
            #expect(gateway.redis("redis.static")["chat_quota:alice"] == left)
        }
        let refused = await gateway.send(self.request())
        #expect(refused.status == 403 && refused.details == "ai-quota.noquota")
        #expect(refused.text == "Request denied by ai quota check, No quota left")
        #expect(gateway.upstreamRequests.count == 2 && gateway.isIdle)
    }

    @Test(arguments: [nil, "0", "-1", "none"] as [String?])
    func withoutQuotaNobodyAsks(_ value: String?) async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")["chat_quota:alice"] = value
        #expect(await gateway.send(self.request()).status == 403)
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test func aStreamIsChargedAlsoWhenTheClientLeaves() async throws {
        let events = [
            #"data: {"usage":{"input_tokens":5}}"# + "\n\n", #"data: {"usage":{"output_tokens":7}}"# + "\n\n",
            "data: x\n\n",
        ]
        let gateway = try self.gateway { _ in
            var response = TestResponse.chunks(events, every: .seconds(1))
            response.headers["content-type"] = "text/event-stream"
            return response
        }
        gateway.redis("redis.static")["chat_quota:alice"] = "100"
        let stream = await gateway.open(self.request(body: ""))
        await gateway.advance(by: .milliseconds(2500))
        await stream.reset()
        await gateway.settle()
        #expect(gateway.redis("redis.static")["chat_quota:alice"] == "88")
        #expect(gateway.isIdle)
    }

    @Test func anAnswerIsChargedAsSoonAsItsPriceIsKnown() async throws {
        let gateway = try self.gateway(holdsEnd: true)
        gateway.redis("redis.static")["chat_quota:alice"] = "100"
        let stream = await gateway.open(self.request(body: ""))
        await gateway.settle()
        #expect(gateway.liveStreams == 1 && gateway.redis("redis.static")["chat_quota:alice"] == "70")
        await stream.reset()
        await gateway.settle()
        #expect(gateway.liveStreams == 0 && gateway.redis("redis.static")["chat_quota:alice"] == "70")
    }

    @Test func whoIsUnknownIsRefused() async throws {
        let gateway = try self.gateway(anonymous: true)
        let response = await gateway.send(self.request())
        #expect(response.status == 401 && response.details == "ai-quota.no_key")
    }

    @Test func otherPathsPass() async throws {
        let gateway = try self.gateway(anonymous: true)
        #expect(await gateway.send(self.request("/v1/models")).status == 200)
        #expect(gateway.redis("redis.static").commands.isEmpty)
    }

    @Test(
        arguments: [
            (
                "/quota?consumer=alice", HTTPMethod.get, "", 200, "ai-quota.queryquota",
                #"{"consumer":"alice","quota":50}"#, "50"
            ),
            ("/quota?consumer=nobody", .get, "", 200, "ai-quota.queryquota", #"{"consumer":"nobody","quota":0}"#, "50"),
            (
                "/quota", .get, "", 403, "ai-quota.unauthorized",
                "Request denied by ai quota check. consumer can't be empty.", "50"
            ),
            (
                "/quota/refresh", .post, "consumer=alice&quota=10000", 200, "ai-quota.refreshquota",
                "refresh quota successful", "10000"
            ),
            (
                "/quota/refresh", .post, "consumer=alice&quota=x", 403, "ai-quota.unauthorized",
                "Request denied by ai quota check. consumer can't be empty and quota must be integer.", "50"
            ),
            (
                "/quota/delta", .post, "consumer=alice&value=100", 200, "ai-quota.deltaquota", "delta quota successful",
                "150"
            ),
            (
                "/quota/delta", .post, "consumer=alice&value=-100", 200, "ai-quota.deltaquota",
                "delta quota successful", "-50"
            ),
            (
                "/quota/delta", .post, "value=1", 403, "ai-quota.unauthorized",
                "Request denied by ai quota check. consumer can't be empty and value must be integer.", "50"
            ),
        ] as [(String, HTTPMethod, String, Int, String, String, String)]
    )
    func quotasAreManaged(
        _ suffix: String,
        _ method: HTTPMethod,
        _ body: String,
        _ status: Int,
        _ detail: String,
        _ text: String,
        _ quota: String
    ) async throws {
        let gateway = try self.gateway()
        gateway.redis("redis.static")["chat_quota:alice"] = "50"
        let response = await gateway.send(self.request(path + suffix, key: "kb", method: method, body: body))
        #expect(response.status == status && response.details == detail && response.text == text)
        #expect(gateway.redis("redis.static")["chat_quota:alice"] == quota)
        let other = await gateway.send(self.request(path + suffix, method: method, body: body))
        #expect(other.status == 403 && other.text.hasSuffix("Unauthorized admin consumer."))
        #expect(gateway.upstreamRequests.isEmpty && gateway.isIdle)
    }

    @Test(arguments: [(TestFilter.FailStrategy.close, 500), (.open, 200)])
    func aFailingRedisIsAnErrorOfTheFilter(_ strategy: TestFilter.FailStrategy, _ status: Int) async throws {
        for failure in [TestRedis.Failure.connectFailure, .timeout, .error("LOADING"), .reset] {
            let gateway = try self.gateway(failStrategy: strategy)
            gateway.redis("redis.static").fail(failure)
            #expect(await gateway.send(self.request()).status == status)
            let managed = await gateway.send(
                self.request(path + "/quota?consumer=alice", key: "kb", method: .get, body: "")
            )
            #expect(managed.status == 503 && managed.details == "ai-quota.error")
            #expect(gateway.isIdle)
        }
    }

    @Test func keysAreAsConfigured() async throws {
        let gateway = try self.gateway([
            "admin_consumer": "boss", "admin_path": "/budget", "redis_key_prefix": "q:",
            "redis": ["service_name": "redis.static", "database": 0, "timeout": 500, "password": "p"],
        ])
        gateway.redis("redis.static").require(password: "p")
        gateway.redis("redis.static")["q:alice"] = "1"
        #expect(await gateway.send(self.request()).status == 200)
        let response = await gateway.send(
            self.request(path + "/budget?consumer=alice", key: "kb", method: .get, body: "")
        )
        #expect(response.text == #"{"consumer":"alice","quota":-29}"#)
    }

    @Test(
        arguments: [
            (["redis": ["service_name": "redis.static"]], #"missing key "admin_consumer" (string)"#),
            (["admin_consumer": "a"], #"missing key "redis""#),
            (["admin_consumer": "a", "redis": ["service_port": 6379]], #"missing key "service_name" (string)"#),
            (["admin_consumer": "a", "redis": ["serviceName": "redis.static"]], #"did you mean "service_name"?"#),
            (["admin_consumer": "a", "redis": ["service_name": "redis.statc"]], "bad argument"),
            (
                ["admin_consumer": "a", "admin_path": "quota", "redis": ["service_name": "redis.static"]],
                "expected a path that begins with /"
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AIQuota.self, config: config, services: ["redis.static"])
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
