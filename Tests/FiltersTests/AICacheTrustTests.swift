import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import Testing

@testable import BundledFilters

/// Purges the scope of the entry that a request names.
private final class Purging: Filter, RequestHeadHook {
    static let name = "purging"
    static let phase = FilterPhase.authn
    static let priority = 900
    static let summary = "Purges."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    private let administration: CacheAdministration

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {
        self.administration = environment.shared.object("ai-cache.administration") { CacheAdministration() }
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let key = stream.request.headers["x-purge"] else { return .continue }
        let request = AdminRequest(method: .delete, path: "/ai-cache/entries", query: "scope=\(key)")
        return .suspend {
            _ = await self.administration.answer(request, by: stream.callouts)
            return .continue
        }
    }
}

/// A gateway with verified semantic hits whose model's answers a test chooses.
private struct TrustGateway {
    let cache: CachingGateway
    let model = Model()

    final class Model: Sendable {
        private let answer = Mutex("A ball of gas.")
        var next: String {
            get { self.answer.withLock { $0 } }
            set { self.answer.withLock { $0 = newValue } }
        }
    }

    /// Four right labels of its own are enough for an entry, so that nothing is left to chance.
    private static let vector =
        #""vector":{"type":"memory","maxErrorRate":0.5,"verification":{"minLabels":4,"exploration":0,"shared":false}}"#

    init(compare: String = #"{"method":"equal"}"#, more: String = #","cache":{"type":"memory"}"#) throws {
        let model = self.model
        self.cache = try CachingGateway(
            #"{\#(Self.vector),"embedding":{"type":"ngram"},"compare":\#(compare)\#(more)}"#,
            before: [TestFilter(Purging.self)],
            upstream: { _ in Exchange.json(model.next) }
        )
    }

    /// The same question in other words, or rather with other signs: the vectors are the same.
    func ask(_ number: Int, headers: HeaderFields = [:]) async -> ReceivedResponse {
        let question = "What is a star" + String(repeating: "?", count: number)
        return await self.cache.send(Exchange.request(question, headers: headers))
    }

    func statuses(_ wordings: some Sequence<Int>) async -> [String] {
        var statuses: [String] = []
        for number in wordings { statuses.append(await self.ask(number).cacheStatus) }
        return statuses
    }

    /// Purges the scope of the question that got this response.
    func purgeScope(of response: ReceivedResponse) async throws {
        let key = try #require(response.headers[CacheStatusHeaders.key])
        _ = await self.cache.send(TestRequest(.get, "/", headers: ["x-purge": key]))
    }

    func counter(_ name: String, _ labels: [(String, String)] = []) -> Int {
        self.cache.gateway.metrics.counter(name, "", labels: labels).value
    }
}

@Suite("ai-cache: how long what was learnt of an answer holds")
struct AICacheTrustTests {
    private static let judge = #"{"method":"judge","serviceName":"judge.static","model":"m","timeout":10000}"#

    @Test(
        "an answer that is replaced has to earn its trust anew, unless it says the same",
        arguments: [("Something else.", "miss"), ("a ball of GAS", "semantic-hit")]
    )
    func replaced(answer: String, status: String) async throws {
        let gateway = try TrustGateway()
        #expect(await gateway.statuses(1...6).last == "semantic-hit")
        gateway.model.next = answer
        #expect(await gateway.ask(1, headers: [.cacheControl: "no-cache"]).cacheStatus == "bypass")
        await gateway.cache.gateway.settleAll()
        #expect(await gateway.ask(7).cacheStatus == status)
    }

    @Test(
        "an answer that is stored again when its scope was purged or its time over begins without labels",
        arguments: [true, false]
    )
    func goneAndBack(isPurged: Bool) async throws {
        let time = isPurged ? "" : #","cacheTTL":60"#
        let gateway = try TrustGateway(more: #","cache":{"type":"memory"\#(time)}"#)
        let first = await gateway.ask(1)
        #expect(await gateway.statuses(2...6).last == "semantic-hit")
        if isPurged {
            try await gateway.purgeScope(of: first)
        } else {
            await gateway.cache.gateway.advance(by: .seconds(61))
        }
        gateway.model.next = "Something else."
        #expect(await gateway.statuses([1, 7]) == ["miss", "miss"])
    }

    @Test("a purge is not undone by a comparison that was under way")
    func latePurge() async throws {
        let gateway = try TrustGateway(compare: Self.judge)
        gateway.cache.gateway.http("judge.static").answer { _ in Exchange.json("DIFFERENT").delayed(.seconds(3)) }
        _ = await gateway.ask(1)
        gateway.model.next = "Something else."
        let second = await gateway.ask(2)
        #expect(second.cacheStatus == "miss" && gateway.counter("ai_cache_uploaded_total") == 1)
        try await gateway.purgeScope(of: second)
        await gateway.cache.gateway.advance(by: .seconds(4))
        await gateway.cache.gateway.settleAll()
        #expect(gateway.counter("ai_cache_comparisons_total", [("result", "different")]) == 1)
        #expect(gateway.counter("ai_cache_uploaded_total") == 1)
        #expect(await gateway.ask(2).cacheStatus == "miss")
    }

    @Test("without another store a wording that was found to mean the same is stored, so that its repeats are answered")
    func repeats() async throws {
        let gateway = try TrustGateway(more: "")
        #expect(
            await gateway.statuses([1, 2, 2, 2, 1]) == ["miss", "miss", "semantic-hit", "semantic-hit", "semantic-hit"]
        )
        #expect(gateway.cache.upstreamCalls == 2 && gateway.counter("ai_cache_uploaded_total") == 2)
    }
}

@Suite("ai-cache: what is known of stored answers")
struct AICacheAnswerMarkTests {
    private func answer(_ text: String, at time: Int = 0) -> CachedAnswer {
        var answer = CachedAnswer(content: bytes(text))
        answer.storedAt = time
        return answer
    }

    private func key(_ number: Int) -> CacheKeyID { CacheKeyID(high: UInt64(number), low: 7) }

    @Test(
        "answers are told apart by what they say, long ones by their bytes",
        arguments: [
            ("A ball of gas.", "a ball of gas", false), ("A ball of gas.", "A ball of rock.", true),
            ("5 mg", "50 mg", true),
            (String(repeating: "Gas. ", count: 1000), String(repeating: "Gas. ", count: 1000), false),
            (String(repeating: "Gas. ", count: 1000), String(repeating: "gas. ", count: 1000), true),
        ]
    )
    func replacing(first: String, second: String, isAnother: Bool) {
        let marks = AnswerMarks()
        #expect(marks.replace(self.key(1), by: self.answer(first)))
        let moment = marks.moment(of: self.key(1))
        #expect(marks.replace(self.key(1), by: self.answer(second, at: 9)) == isAnother)
        #expect((marks.moment(of: self.key(1)) != moment) == isAnother)
    }

    @Test(
        "what an answer says is known after a restart, byte for byte as it is normalised",
        arguments: [
            ("A ball of gas.", "a ball of gas", false), ("A ball of gas.", "A ball of rock.", true),
            ("Caf\u{E9}", "Cafe\u{301}", true),
            (String(repeating: "Gas. ", count: 1000), String(repeating: "Gas. ", count: 1000), false),
            (String(repeating: "Gas. ", count: 1000), String(repeating: "gas. ", count: 1000), true),
        ]
    )
    func restored(first: String, second: String, isAnother: Bool) throws {
        let (marks, next) = (AnswerMarks(), AnswerMarks())
        #expect(marks.lasting(of: self.key(1)) == nil)
        #expect(marks.replace(self.key(1), by: self.answer(first)) && marks.changeCount == 1)
        next.restore(try #require(marks.lasting(of: self.key(1))), of: self.key(1))
        #expect(next.lasting(of: self.key(1)) == marks.lasting(of: self.key(1)) && next.changeCount == 0)
        let moment = next.moment(of: self.key(1))
        #expect(next.replace(self.key(1), by: self.answer(second, at: 9)) == isAnother)
        #expect((next.moment(of: self.key(1)) != moment) == isAnother && next.changeCount == (isAnother ? 1 : 0))
    }

    @Test("letters that are composed in another way make no other answer within a process")
    func composed() {
        let marks = AnswerMarks()
        #expect(marks.replace(self.key(1), by: self.answer("Caf\u{E9}")))
        #expect(!marks.replace(self.key(1), by: self.answer("Cafe\u{301}")) && marks.changeCount == 1)
    }

    @Test("a purge makes every moment another, and what is known is bounded")
    func bounded() {
        let marks = AnswerMarks(mostEntries: 10)
        for number in 0..<20 { #expect(marks.replace(self.key(number), by: self.answer("gas"))) }
        #expect(
            marks.replace(self.key(0), by: self.answer("gas")) && !marks.replace(self.key(19), by: self.answer("gas"))
        )
        let moment = marks.moment(of: self.key(19))
        #expect(marks.moment(of: self.key(19)) == moment)
        marks.notePurge()
        #expect(marks.moment(of: self.key(19)) != moment)
    }

    @Test("entries of the memory vector store take their labels along", arguments: ["scope", "expiry", "room"])
    func labels(way: String) async throws {
        let store = MemoryVectors(limits: ScopeLimits(), .alone)
        store.resize(to: MemoryVectors.Bounds(maximumEntries: 2, maximumBytes: 64 << 20))
        let scope = String(repeating: "0123456789abcdef", count: 4)
        let entry = { (number: Int, time: Int) in
            VectorEntry(
                id: EntryID(scope: scope, question: "\(number)"),
                key: self.key(number),
                vector: [1, Float(number)],
                question: "\(number)",
                scope: scope,
                expiresAt: number == 1 && way == "expiry" ? 100 : nil,
                secondsSince1970: time
            )
        }
        try store.store(entry(1, 0))
        store.settle()
        let policy = VerifiedPolicy(VerificationSettings(maxErrorRate: 0.05))
        _ = store.labels.add(self.key(1), score: 0.9, isRight: true, policy)
        #expect(store.labels.history(of: self.key(1)) != nil)
        switch way {
        case "scope": #expect(await store.remove(.scope(scope)) == 1)
        case "expiry": try store.store(entry(2, 100))
        default: for number in 2...3 { try store.store(entry(number, 0)) }
        }
        store.settle()
        #expect(store.labels.history(of: self.key(1)) == nil)
    }
}
