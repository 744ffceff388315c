import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: requests that come again byte for byte") struct AICacheRecentQuestionsTests {
    private let recent = RecentQuestions()
    private let body = ByteBuffer(string: #"{"model":"m","messages":[{"role":"user","content":"q"}]}"#)

    private func reading(_ question: String) -> RecentQuestions.Reading {
        RecentQuestions.Reading(
            key: CacheKey(question: question, prefix: "p:", scope: "s"),
            scope: "s",
            streamed: false,
            wantsUsageEvent: false
        )
    }

    @Test(
        "are known by body, consumer and route",
        arguments: [
            (#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#, "alice", "chat", true),
            (#"{"model":"m","messages":[{"role":"user","content":"Q"}]}"#, "alice", "chat", false),
            (#"{"model":"m","messages":[{"role":"user","content":"q"}]} "#, "alice", "chat", false),
            (#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#, "bob", "chat", false),
            (#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#, nil, "chat", false),
            (#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#, "alice", "other", false),
            (#"{"model":"m","messages":[{"role":"user","content":"q"}]}"#, "alice", nil, false),
        ] as [(String, String?, String?, Bool)]
    )
    func known(_ text: String, _ consumer: String?, _ route: String?, _ isKnown: Bool) {
        self.recent.remember(self.reading("q"), of: self.body, consumer: "alice", route: "chat", format: "")
        let found = self.recent.reading(of: ByteBuffer(string: text), consumer: consumer, route: route, format: "")
        #expect((found?.key.question == "q") == isKnown)
    }

    @Test("are not taken for those of another path")
    func formats() {
        self.recent.remember(self.reading("q"), of: self.body, consumer: nil, route: nil, format: "/v1/messages")
        #expect(self.recent.reading(of: self.body, consumer: nil, route: nil, format: "") == nil)
        let known = self.recent.reading(of: self.body, consumer: nil, route: nil, format: "/v1/messages")
        #expect(known?.key.question == "q")
    }

    @Test("are replaced by what was answered last at their place")
    func replaced() {
        self.recent.remember(self.reading("old"), of: self.body, consumer: nil, route: nil, format: "")
        self.recent.remember(self.reading("new"), of: self.body, consumer: nil, route: nil, format: "")
        #expect(self.recent.reading(of: self.body, consumer: nil, route: nil, format: "")?.key.question == "new")
    }

    @Test("are not kept when they are long")
    func long() {
        let body = ByteBuffer(repeating: 0x20, count: RecentQuestions.longestBody + 1)
        self.recent.remember(self.reading("q"), of: body, consumer: nil, route: nil, format: "")
        #expect(self.recent.reading(of: body, consumer: nil, route: nil, format: "") == nil)
    }

    @Test("are answered as they were before")
    func answered() async throws {
        let cache = try CachingGateway(CachingGateway.memory)
        _ = await cache.send(Exchange.request())
        let read = await cache.send(Exchange.request())
        let known = await cache.send(Exchange.request())
        #expect(read.cacheStatus == "hit" && known.cacheStatus == "hit" && known.body == read.body)
        #expect(known.headers[CacheStatusHeaders.key] == read.headers[CacheStatusHeaders.key])
        #expect(cache.upstreamCalls == 1 && cache.lookups("exact_hit") == 2)
    }
}
