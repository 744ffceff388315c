import FilterAPI
import FilterTesting
import Foundation
import Logging
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

/// A gateway whose cache serves similar questions under an error bound, with everything in memory.
private struct VerifiedGateway {
    let cache: CachingGateway

    /// With a rate of one half four right labels are enough, so that nothing is left to chance.
    static let soon = #""maxErrorRate":0.5,"verification":{"minLabels":4,"exploration":0}"#

    init(
        vector: String = soon,
        compare: String = #"{"method":"equal"}"#,
        more: String = #","cache":{"type":"memory"}"#,
        upstream: @escaping TestService.Script = Exchange.answer
    ) throws {
        self.cache = try CachingGateway(
            #"{"vector":{"type":"memory",\#(vector)},"embedding":{"type":"ngram"},"compare":\#(compare)\#(more)}"#,
            upstream: upstream
        )
    }

    /// The same question in other words, or rather with other signs: the vectors are the same.
    static func wording(_ number: Int, stream: Bool = false) -> TestRequest {
        Exchange.request("What is a star" + String(repeating: "?", count: number), stream: stream)
    }

    func statuses(_ wordings: some Sequence<Int>) async -> [String] {
        var statuses: [String] = []
        for number in wordings { statuses.append(await self.cache.send(Self.wording(number)).cacheStatus) }
        return statuses
    }

    func counter(_ name: String, _ label: String = "", _ value: String = "") -> Int {
        self.cache.gateway.metrics.counter(name, "", labels: label.isEmpty ? [] : [(label, value)]).value
    }

    func compared(_ result: String) -> Int { self.counter("ai_cache_comparisons_total", "result", result) }
    func decided(_ decision: String) -> Int { self.counter("ai_cache_verified_total", "decision", decision) }

    var lookupLines: [String] {
        let phrases = ["cache hit for key", "key accepted", "cache miss for key", "score not meet the threshold"]
        return self.cache.gateway.log.map(\.message).filter { line in phrases.contains { line.contains($0) } }
    }
}

@Suite("ai-cache: verified semantic hits")
struct AICacheVerifiedHitsTests {
    @Test("a stored answer is served once it was found right often enough", arguments: [false, true])
    func served(streams: Bool) async throws {
        let gateway = try VerifiedGateway()
        for number in 1...5 {
            let miss = await gateway.cache.send(VerifiedGateway.wording(number, stream: streams))
            #expect(miss.cacheStatus == "miss" && miss.logged == "miss", "\(number)")
            #expect(miss.headers[.cacheStatus]?.contains("hit") == false)
        }
        let hit = await gateway.cache.send(VerifiedGateway.wording(6, stream: streams))
        #expect(hit.cacheStatus == "semantic-hit" && hit.logged == "hit")
        #expect(gateway.cache.upstreamCalls == 5 && gateway.compared("same") == 4)
        #expect(gateway.decided("explored") == 4 && gateway.decided("exploited") == 1)
        #expect(gateway.cache.gateway.isIdle)
        // One line a lookup; an exploration is a miss.
        #expect(gateway.lookupLines.count == 6)
        #expect(gateway.lookupLines.prefix(5).allSatisfy { $0.hasPrefix("cache miss for key: What is a star?") })
        #expect(gateway.lookupLines[5].hasPrefix("key accepted: What is a star? with score: "))
    }

    @Test("one entry speaks for all wordings that have its answer")
    func oneEntry() async throws {
        let gateway = try VerifiedGateway()
        _ = await gateway.statuses(1...6)
        #expect(gateway.counter("ai_cache_uploaded_total") == 1 && gateway.counter("ai_cache_stored_total") == 5)
        #expect(await gateway.statuses(1...5) == Array(repeating: "hit", count: 5))
    }

    @Test("an answer that was never asked for again is served as those like it were", arguments: [true, false])
    func cold(shared: Bool) async throws {
        let gateway = try VerifiedGateway(vector: #""maxErrorRate":0.1,"verification":{"seed":3,"shared":\#(shared)}"#)
        var hits = 0
        for element in 1...80 {
            for marks in ["?", "??"] {
                let reply = await gateway.cache.send(Exchange.request("What is element \(element)\(marks)"))
                hits += reply.cacheStatus == "semantic-hit" ? 1 : 0
            }
        }
        #expect(shared ? hits > 20 : hits == 0)
        #expect(gateway.decided("exploited") == hits && gateway.compared("same") == 80 - hits)
        // A wording that is farther than what is served gets an entry of its own, although its answer is the same.
        let uploaded = gateway.counter("ai_cache_uploaded_total")
        let far = await gateway.cache.send(Exchange.request("Tell me about the history and the uses of element 7"))
        #expect(far.cacheStatus == "miss" && gateway.compared("same") == 81 - hits)
        #expect(gateway.counter("ai_cache_uploaded_total") == uploaded + (shared ? 1 : 0))
    }

    @Test("a wording that was served is decided anew each time, so that no wrong answer stays")
    func noCopy() async throws {
        let gateway = try VerifiedGateway()
        _ = await gateway.statuses(1...5)
        #expect(await gateway.statuses([6, 6, 6]) == Array(repeating: "semantic-hit", count: 3))
    }

    @Test("without a cache the same words are the same question, whatever is known of the entry")
    func sameWords() async throws {
        let gateway = try VerifiedGateway(more: "")
        #expect(await gateway.statuses([1, 1, 1]) == ["miss", "semantic-hit", "semantic-hit"])
        #expect(gateway.decided("explored") == 0)
    }

    @Test("an answer that is another each time is never served, and each wording has its own")
    func different() async throws {
        let gateway = try VerifiedGateway(upstream: { request in Exchange.json("an answer to \(request.text)") })
        #expect(await gateway.statuses(1...20) == Array(repeating: "miss", count: 20))
        #expect(gateway.compared("different") == 19 && gateway.decided("exploited") == 0)
        #expect(gateway.counter("ai_cache_uploaded_total") == 20)
        let hit = await gateway.cache.send(VerifiedGateway.wording(7))
        #expect(hit.cacheStatus == "hit")
        #expect(try ReadReply(json: hit.body).text.contains("What is a star???????\""))
    }

    @Test("an answer that turns wrong goes into quarantine")
    func quarantine() async throws {
        // Always explored, so that the change is seen at once.
        let gateway = try VerifiedGateway(
            vector: #""maxErrorRate":0.5,"verification":{"exploration":1}"#,
            upstream: { request in
                Exchange.json(request.text.contains("star????????") ? "Something else." : "A ball of gas.")
            }
        )
        _ = await gateway.statuses(1...7)
        #expect(gateway.compared("same") == 6 && gateway.counter("ai_cache_quarantines_total") == 0)
        _ = await gateway.statuses([8])
        #expect(gateway.compared("different") == 1 && gateway.counter("ai_cache_quarantines_total") == 1)
        let debug = gateway.cache.gateway.log.filter { $0.level == .debug }.map(\.message)
        #expect(debug.contains { $0.hasPrefix("answers compared: different") && $0.hasSuffix("; quarantined") })
    }

    @Test("under the static threshold, and behind a guard, nothing is explored")
    func floor() async throws {
        let gateway = try VerifiedGateway(vector: VerifiedGateway.soon + #","threshold":0.9,"thresholdRelation":"gt""#)
        for question in ["What is a star?", "Bake bread without yeast", "What is a star 5?"] {
            #expect(await gateway.cache.send(Exchange.request(question)).cacheStatus == "miss")
        }
        #expect(gateway.decided("explored") == 0 && gateway.compared("different") == 0)
        #expect(gateway.counter("ai_cache_uploaded_total") == 3)
        #expect(gateway.lookupLines.contains { $0.hasPrefix("score not meet the threshold 0.9: ") })
    }

    @Test("an answer that may not be stored labels nothing")
    func notStored() async throws {
        let gateway = try VerifiedGateway(upstream: { request in
            Exchange.json(finishReason: request.text.contains("??") ? "length" : "stop")
        })
        #expect(await gateway.statuses(1...6) == Array(repeating: "miss", count: 6))
        #expect(gateway.compared("same") == 0 && gateway.decided("explored") == 5)
    }

    @Test("what is served is observed too, beside what is explored and what is new")
    func observed() async throws {
        let path = try TemporaryDirectories.shared.make().appendingPathComponent("o.jsonl").path
        let gateway = try VerifiedGateway(more: #","cache":{"type":"memory"},"observations":"\#(path)""#)
        for number in [1, 2, 3, 4, 5, 6, 1] {
            let reply = await gateway.cache.send(VerifiedGateway.wording(number))
            await gateway.cache.gateway.settleAll()
            #expect(reply.headers[CacheStatusHeaders.shadow] == nil && reply.aiLog["cache_shadow"] == nil)
        }
        let lines = try await ObservedLine.wait(7, at: path)
        let explored = ObservedLine(tier: "semantic", outcome: "agreed", accepted: false, served: nil)
        #expect(lines.first == ObservedLine(tier: "none", outcome: "new", accepted: false, served: nil))
        #expect(lines[1...4].allSatisfy { $0 == explored })
        #expect(lines[5] == ObservedLine(tier: "semantic", outcome: "unknown", accepted: true, served: true))
        #expect(lines[6] == ObservedLine(tier: "exact", outcome: "unknown", accepted: true, served: true))
    }

    @Test("what comes to no comparison is observed as unknown, a follower's lookup among it")
    func observedUnknown() async throws {
        let path = try TemporaryDirectories.shared.make().appendingPathComponent("o.jsonl").path
        let gateway = try VerifiedGateway(
            more: #","cache":{"type":"memory"},"observations":"\#(path)""#,
            upstream: { request in
                Exchange.json(finishReason: request.text.contains("??") ? "length" : "stop").delayed(.seconds(1))
            }
        )
        _ = await gateway.cache.sendAtOnce(Array(repeating: VerifiedGateway.wording(1), count: 3))
        await gateway.cache.gateway.settleAll()
        let answered = await gateway.cache.sendAtOnce([VerifiedGateway.wording(2)])
        await gateway.cache.gateway.settleAll()
        #expect(answered.count == 1)
        let lines = try await ObservedLine.wait(4, at: path)
        let outcomes = lines.map { "\($0.tier) \($0.outcome)" }.sorted()
        #expect(outcomes == ["none new", "none unknown", "none unknown", "semantic unknown"])
        #expect(lines.allSatisfy { $0.served == nil && !$0.accepted })
    }

    @Test("without observations nothing is observed")
    func unobserved() throws {
        let config = #"{"vector":{"type":"memory","maxErrorRate":0.1},"embedding":{"type":"ngram"}}"#
        #expect(try AICache(ReadConfiguration(config).value, .alone).observations == nil)
    }

    @Test("in shadow mode an error bound decides nothing and learns nothing")
    func shadow() async throws {
        let gateway = try VerifiedGateway(more: #","cache":{"type":"memory"},"mode":"shadow""#)
        for number in 1...8 {
            let reply = await gateway.cache.send(VerifiedGateway.wording(number))
            await gateway.cache.gateway.settleAll()
            #expect(reply.cacheStatus == "miss" && reply.logged == "miss" && reply.details == "via_upstream")
            #expect(reply.headers[CacheStatusHeaders.shadow] == (number == 1 ? "none" : "semantic"))
        }
        // A guard lets none of them pass.
        let other = await gateway.cache.send(Exchange.request("What is a star 5?"))
        await gateway.cache.gateway.settleAll()
        #expect(other.headers[CacheStatusHeaders.shadow] == "none")
        #expect(gateway.cache.upstreamCalls == 9 && gateway.compared("same") == 7)
        #expect(gateway.counter("ai_cache_shadow_lookups_total", "result", "semantic") == 7)
        // Each wording is stored, as shadow mode does, and what was found of it is no label.
        #expect(gateway.counter("ai_cache_uploaded_total") == 9)
        #expect(gateway.decided("explored") == 0 && gateway.decided("exploited") == 0)
        #expect(gateway.cache.gateway.metrics.gauge("ai_cache_label_scopes", "").value == 0)
    }

    @Test(
        "in shadow mode the threshold beside an error bound says what would have been accepted",
        arguments: [(0.5, "semantic"), (0.9999, "none")]
    )
    func shadowThreshold(threshold: Double, result: String) async throws {
        let limit = #","threshold":\#(threshold),"thresholdRelation":"gt""#
        let gateway = try VerifiedGateway(
            vector: VerifiedGateway.soon + limit,
            more: #","cache":{"type":"memory"},"mode":"shadow""#
        )
        _ = await gateway.cache.send(VerifiedGateway.wording(1))
        let reply = await gateway.cache.send(Exchange.request("A star is what?"))
        await gateway.cache.gateway.settleAll()
        #expect(reply.cacheStatus == "miss" && reply.headers[CacheStatusHeaders.shadow] == result)
        #expect(reply.headers[CacheStatusHeaders.similarity] != nil && gateway.compared("same") == 1)
    }

    @Test("without maxErrorRate there is nothing of all this")
    func off() throws {
        let plain = try AICache(
            ReadConfiguration(#"{"vector":{"type":"memory"},"embedding":{"type":"ngram"}}"#).value,
            .alone
        )
        #expect(plain.verified == nil && plain.comparison == nil)
    }
}

/// What a test looks at of a line of observations.
private struct ObservedLine: Decodable, Equatable {
    var tier: String
    var outcome: String
    var accepted: Bool
    var served: Bool?

    static func wait(_ count: Int, at path: String) async throws -> [ObservedLine] {
        let lines = try await LinesOfFile.wait(count, at: path)
        try #require(lines.count == count)
        return try lines.map { try JSONDecoder().decode(ObservedLine.self, from: Data($0.utf8)) }
    }
}

@Suite("ai-cache: comparisons in the background")
struct AICacheComparisonCallTests {
    private static let judge = #"{"method":"judge","serviceName":"judge.static","model":"m","timeout":1000,"queue":2}"#

    private func judging(_ gateway: VerifiedGateway, _ words: String) {
        gateway.cache.gateway.http("judge.static").answer { _ in Exchange.json(words) }
    }

    @Test("a judge's word counts", arguments: ["SAME", "DIFFERENT", "I cannot say"])
    func judge(words: String) async throws {
        let gateway = try VerifiedGateway(
            compare: Self.judge,
            upstream: { request in Exchange.json("an answer to \(request.text)") }
        )
        self.judging(gateway, words)
        let statuses = await gateway.statuses(1...6)
        #expect(statuses.prefix(5).allSatisfy { $0 == "miss" })
        #expect((statuses.last == "semantic-hit") == (words == "SAME"))
        #expect(gateway.compared("same") == (words == "SAME" ? 4 : 0))
        #expect(gateway.compared("different") == (words == "DIFFERENT" ? 5 : 0))
        #expect(gateway.compared("undecided") == (words == "I cannot say" ? 5 : 0))
        let request = try #require(gateway.cache.gateway.http("judge.static").requests.first)
        #expect(request.path == "/v1/chat/completions" && request.text.contains("What is a star??"))
    }

    @Test("answers that are equal are not put before the judge")
    func noCall() async throws {
        let gateway = try VerifiedGateway(compare: Self.judge)
        _ = await gateway.statuses(1...3)
        #expect(gateway.cache.gateway.http("judge.static").requests.isEmpty && gateway.compared("same") == 2)
    }

    @Test("a dead judge decides nothing, is left alone after three calls, and no client notices")
    func deadJudge() async throws {
        let gateway = try VerifiedGateway(
            compare: Self.judge,
            upstream: { request in Exchange.json("an answer to \(request.text)") }
        )
        gateway.cache.gateway.http("judge.static").answer { _ in TestResponse(status: 503) }
        #expect(await gateway.statuses(1...8) == Array(repeating: "miss", count: 8))
        #expect(gateway.compared("undecided") == 7 && gateway.decided("exploited") == 0)
        #expect(gateway.cache.gateway.http("judge.static").requests.count == 3)
        #expect(gateway.counter("ai_cache_provider_errors_total", "tier", "comparison") == 3)
        #expect(gateway.counter("ai_cache_uploaded_total") == 8 && gateway.cache.gateway.isIdle)
    }

    @Test("similar answers are compared by the configured embedder")
    func similar() async throws {
        let gateway = try VerifiedGateway(
            compare: #"{"method":"similar","threshold":0.5}"#,
            upstream: { request in
                Exchange.json(
                    request.text.contains("???") ? "A star is a ball of gas, really." : "A ball of gas is a star."
                )
            }
        )
        #expect(await gateway.statuses(1...6).last == "semantic-hit")
        #expect(gateway.compared("same") == 4)
    }
}
