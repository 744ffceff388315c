import FilterAPI
import FilterTesting
import Logging
import NIOCore

@testable import BundledFilters

/// Requests to and answers from a language model.
enum Exchange {
    static func request(
        _ question: String = "What is a star?",
        model: String = "m",
        stream: Bool = false,
        more: String = "",
        headers: HeaderFields = [:],
        path: String = "/v1/chat/completions"
    ) -> TestRequest {
        var headers = headers
        headers[.contentType] = headers[.contentType] ?? "application/json"
        let body =
            #"{"model":"\#(model)","stream":\#(stream),"messages":[{"role":"user","content":"\#(self.literal(question))"}]\#(more)}"#
        return TestRequest(.post, path, headers: headers, body: body)
    }

    static func json(_ answer: String = "A ball of gas.", finishReason: String = "stop") -> TestResponse {
        let body =
            #"{"id":"chatcmpl-7","object":"chat.completion","created":1767225000,"model":"m-2026","choices":[{"index":0,"message":{"role":"assistant","content":"\#(self.literal(answer))"},"finish_reason":"\#(finishReason)"}],"usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}"#
        return TestResponse(status: 200, headers: [.contentType: "application/json"], body: body)
    }

    static func events(_ pieces: [String] = ["A ball ", "of gas."], done: Bool = true, finish: Bool = true) -> [String]
    {
        var events = [self.event(#"{"role":"assistant","content":""}"#)]
        for piece in pieces { events.append(self.event(#"{"content":"\#(self.literal(piece))"}"#)) }
        if finish { events.append(self.event("{}", finishReason: #""stop""#)) }
        if done { events.append("data: [DONE]\n\n") }
        return events
    }

    static func stream(_ events: [String] = events()) -> TestResponse {
        TestResponse(headers: [.contentType: "text/event-stream"], chunks: events)
    }

    /// Answers by what the request asks.
    static func answer(_ request: ServiceRequest) -> TestResponse {
        request.text.contains(#""stream":true"#) ? self.stream() : self.json()
    }

    static func event(_ delta: String, finishReason: String = "null") -> String {
        #"data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1767225000,"model":"m-2026","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finishReason)}]}"#
            + "\n\n"
    }

    static func literal(_ text: String) -> String {
        var literal = ByteBuffer()
        JSONString.encode(ByteBuffer(string: text), into: &literal)
        return String(buffer: literal)
    }
}

/// Sets the consumer as an authentication filter does.
final class Consumers: Filter, RequestHeadHook {
    static let name = "consumers"
    static let phase = FilterPhase.authn
    static let priority = 300
    static let summary = "Takes the consumer from a header field."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        stream.consumer = stream.request.headers["x-consumer"]
        return .continue
    }
}

/// Takes ai-cache out of streams that ask for it, as skip-header does.
final class Skipping: Filter, RequestHeadHook {
    static let name = "skipping"
    static let phase = FilterPhase.authn
    static let priority = 1000
    static let summary = "Skips ai-cache."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        if stream.request.headers.hasValue("on", for: .xHigressSkipAiCache) {
            stream.skip(filter: "ai-cache")
            stream.request.headers.remove(.xHigressSkipAiCache)
        }
        return .continue
    }
}

/// A gateway whose chain holds the cache.
struct CachingGateway {
    let gateway: TestGateway

    static let memory = #"{"cache":{"type":"memory"}}"#
    static let redis = #"{"cache":{"type":"redis","serviceName":"my-redis.static","timeout":100}}"#

    init(
        _ config: String = Self.memory,
        before: [TestFilter] = [],
        routes: [TestRoute] = [TestRoute("default")],
        chunking: Chunking = .whole,
        upstream: @escaping TestService.Script = Exchange.answer
    ) throws {
        self.gateway = try TestGateway(
            filters: before + [TestFilter(AICache.self, config: try ConfigurationNode(json: config))],
            routes: routes,
            chunking: chunking,
            upstream: upstream
        )
    }

    var redis: TestRedis { self.gateway.redis("my-redis.static") }
    var upstreamCalls: Int { self.gateway.upstreamRequests.count }

    func send(_ request: TestRequest) async -> ReceivedResponse {
        let response = await self.gateway.send(request)
        await self.gateway.settle()
        return response
    }

    /// What `x-sluice-cache` says for each of these requests in turn.
    func statuses(_ requests: TestRequest...) async -> [String] {
        var statuses: [String] = []
        for request in requests { statuses.append(await self.send(request).cacheStatus) }
        return statuses
    }

    func lookups(_ result: String) -> Int {
        self.gateway.metrics.counter("ai_cache_lookups_total", "", labels: [("result", result)]).value
    }

    func refused(_ reason: String) -> Int {
        self.gateway.metrics.counter("ai_cache_refused_total", "", labels: [("reason", reason)]).value
    }

    var stored: Int { self.gateway.metrics.counter("ai_cache_stored_total", "").value }

    /// The lines from which hit rates are counted.
    var lookupLines: [String] {
        self.gateway.log.map(\.message).filter {
            $0.hasPrefix("cache hit for key") || $0.hasPrefix("cache miss for key")
        }
    }

    var warnings: [String] { self.gateway.log.filter { $0.level == .warning }.map(\.message) }
}

extension ReceivedResponse {
    var cacheStatus: String { self.headers[.xSluiceCache] ?? "-" }
    var logged: LogValue? { self.aiLog["cache_status"] }
}
