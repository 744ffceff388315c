import FilterAPI
import FilterTesting
import Foundation
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import BundledFilters

/// A gateway whose cache only watches, and a model whose answers a test chooses.
private struct ShadowGateway {
    let cache: CachingGateway
    private let model: Model

    /// What the model answers from now on.
    final class Model: Sendable {
        private let answer = Mutex("A ball of gas.")
        var next: String {
            get { self.answer.withLock { $0 } }
            set { self.answer.withLock { $0 = newValue } }
        }
    }

    static func similar(_ threshold: Double = 0.85, more: String = "") -> String {
        #"{"mode":"shadow","cache":{"type":"memory"},"compare":{"method":"normalised"},"embedding":{"type":"ngram"},"vector":{"type":"memory","threshold":\#(threshold),"thresholdRelation":"gte"}\#(more)}"#
    }

    init(_ config: String, upstream: TestService.Script? = nil) throws {
        let model = Model()
        self.model = model
        self.cache = try CachingGateway(config) { request in
            if let upstream { return upstream(request) }
            let isStream = request.text.contains(#""stream":true"#)
            let answer = isStream ? Exchange.stream(Exchange.events([model.next])) : Exchange.json(model.next)
            // Lookups take no time here, so they have ended when the answer begins.
            return answer.delayed(.milliseconds(1))
        }
    }

    /// Asks, and waits until the answers are compared.
    func ask(_ question: String, answer: String? = nil, streams: Bool = false) async -> ReceivedResponse {
        if let answer { self.model.next = answer }
        let response = await self.cache.send(Exchange.request(question, stream: streams))
        await self.cache.gateway.settleAll()
        return response
    }

    func lookups(_ result: String) -> Int {
        self.cache.gateway.metrics.counter("ai_cache_shadow_lookups_total", "", labels: [("result", result)]).value
    }

    func answers(_ tier: String, _ outcome: String) -> Int {
        let labels = [("tier", tier), ("outcome", outcome)]
        return self.cache.gateway.metrics.counter("ai_cache_shadow_answers_total", "", labels: labels).value
    }
}

extension TestGateway {
    /// Waits until nothing is under way, work on other threads included.
    func settleAll() async {
        await self.settle()
        for _ in 0..<1000 where !self.isIdle {
            await self.advance(by: .milliseconds(1))
            await Task.yield()
        }
        // What time alone does not bring comes from other threads, which may be slow.
        _ = await eventually {
            await self.advance(by: .milliseconds(1))
            return self.isIdle
        }
    }
}

extension ReceivedResponse {
    fileprivate var shadow: String? { self.headers["x-sluice-cache-shadow"] }
}

@Suite("ai-cache: shadow mode")
struct AICacheShadowTests {
    private let star = (first: "What is a star?", second: "A star is what?", other: "How do I bake bread?")

    @Test(
        "nothing is served from the cache, not even to an equal question",
        arguments: [
            #"{"mode":"shadow","cache":{"type":"memory"}}"#,
            #"{"mode":"shadow","cache":{"type":"redis","serviceName":"my-redis.static"}}"#,
        ],
        [false, true]
    )
    func servesNothing(config: String, streams: Bool) async throws {
        let gateway = try ShadowGateway(config)
        for (answer, shadow) in [("one", "none"), ("two", "exact"), ("three", "exact")] {
            let response = await gateway.ask("q", answer: answer, streams: streams)
            #expect(response.answerText == answer && response.cacheStatus == "miss" && response.logged == "miss")
            #expect(response.details == "via_upstream" && response.shadow == shadow)
            #expect(response.aiLog["cache_shadow"] == .string(shadow))
            for name in ["cache-status", "x-sluice-cache", "x-sluice-cache-shadow"] {
                #expect(response.headers[HeaderName(name)]?.contains("hit") == false)
            }
            #expect(response.headers[.age] == nil)
        }
        let cache = gateway.cache
        #expect(cache.upstreamCalls == 3 && cache.lookups("miss") == 3 && cache.lookups("exact_hit") == 0)
        #expect(gateway.lookups("none") == 1 && gateway.lookups("exact") == 2)
        // What was stored first is what would have been served; it stays.
        #expect(cache.stored == 1)
        #expect(gateway.answers("exact", "disagreed") == 2 && gateway.answers("exact", "agreed") == 0)
        #expect(cache.gateway.metrics.counter("ai_cache_tokens_saved_total", "").value == 0)
    }

    @Test("each lookup writes one of the lines of a miss, and what would have been served beside it")
    func logLines() async throws {
        let gateway = try ShadowGateway(ShadowGateway.similar())
        for question in [self.star.first, self.star.first, self.star.second, self.star.other] {
            _ = await gateway.ask(question)
        }
        let lines = gateway.cache.gateway.log.filter { $0.level == .info }.map(\.message)
        let phrases = ["cache hit for key", "key accepted", "cache miss for key", "score not meet the threshold"]
        let counted = lines.filter { line in phrases.contains { line.contains($0) } }
        #expect(counted.count == 4, "\(counted)")
        #expect(!counted.contains { $0.contains("cache hit for key") || $0.contains("key accepted") })
        #expect(lines.contains("shadow: the answer to an equal question: What is a star?"))
        #expect(lines.contains { $0.hasPrefix("shadow: the answer to a similar question, score 0.") })
    }

    @Test("a similar question's answer is compared, whether the threshold lets it through or not")
    func similar() async throws {
        for (threshold, result) in [(0.5, "semantic"), (0.9999, "none")] {
            let gateway = try ShadowGateway(ShadowGateway.similar(threshold))
            _ = await gateway.ask(self.star.first)
            let response = await gateway.ask(self.star.second, answer: "A star.")
            #expect(response.shadow == result && response.cacheStatus == "miss" && response.answerText == "A star.")
            let score = try #require(response.headers[CacheStatusHeaders.similarity].flatMap { Double($0) })
            #expect((0.5..<0.9999).contains(score))
            #expect(gateway.lookups(result) == (result == "none" ? 2 : 1))
            #expect(gateway.answers("semantic", "disagreed") == (result == "none" ? 0 : 1))
            // Each wording is stored, so that there is something to find.
            #expect(gateway.cache.stored == 2)
        }
    }

    @Test("what cannot be compared is known not to be")
    func unknown() async throws {
        let calls = Mutex(0)
        let gateway = try ShadowGateway(#"{"mode":"shadow","cache":{"type":"memory"}}"#) { _ in
            let count = calls.withLock { count in
                count += 1
                return count
            }
            switch count {
            case 1: return Exchange.json()
            case 2: return TestResponse(status: 500, body: "no")
            case 3: return Exchange.json(finishReason: "length")
            default: return .unreachable
            }
        }
        for _ in 0..<4 { _ = await gateway.ask("q") }
        #expect(gateway.lookups("exact") == 3 && gateway.answers("exact", "unknown") == 3)
    }

    @Test("a client that leaves before the answer leaves nothing to compare")
    func clientLeaves() async throws {
        let gateway = try ShadowGateway(#"{"mode":"shadow","cache":{"type":"memory"}}"#) { request in
            Exchange.answer(request).delayed(.seconds(1))
        }
        _ = await gateway.ask("q")
        let left = await gateway.cache.begin(Exchange.request("q"))
        await left.reset()
        await gateway.cache.gateway.settleAll()
        #expect(gateway.lookups("exact") == 1 && gateway.answers("exact", "unknown") == 1)
        #expect(gateway.cache.gateway.isIdle)
    }

    @Test("equal requests at the same time all go upstream")
    func coalescesNothing() async throws {
        let gateway = try ShadowGateway(#"{"mode":"shadow","cache":{"type":"memory"}}"#) { request in
            Exchange.answer(request).delayed(.seconds(1))
        }
        let responses = await gateway.cache.sendAtOnce(Array(repeating: Exchange.request(), count: 5))
        #expect(gateway.cache.upstreamCalls == 5 && responses.allSatisfy { $0.answerText == "A ball of gas." })
        #expect(gateway.cache.lookups("coalesced") == 0)
    }

    @Test("requests that the cache leaves alone are not observed")
    func leftAlone() async throws {
        let gateway = try ShadowGateway(#"{"mode":"shadow","cache":{"type":"memory"}}"#)
        let skip: HeaderFields = ["x-higress-skip-ai-cache": "on"]
        let skipped = await gateway.cache.send(Exchange.request(headers: skip))
        let bypassed = await gateway.cache.send(Exchange.request(headers: [.cacheControl: "no-store"]))
        #expect(skipped.cacheStatus == "skip" && skipped.logged == "skip" && bypassed.cacheStatus == "bypass")
        #expect(skipped.shadow == nil && bypassed.shadow == nil && gateway.lookups("none") == 0)
    }

    @Test("a lookup that failed says nothing")
    func failed() async throws {
        let gateway = try ShadowGateway(#"{"mode":"shadow","cache":{"type":"redis","serviceName":"my-redis.static"}}"#)
        gateway.cache.redis.fail(.connectFailure)
        let response = await gateway.ask("q")
        #expect(response.status == 200 && response.shadow == nil && gateway.lookups("none") == 0)
        #expect(gateway.cache.lookups("error") == 1)
    }

    @Test("observations are appended to the file, with texts only where they are asked for", arguments: [false, true])
    func file(hasTexts: Bool) async throws {
        let path = try TemporaryDirectories.shared.make().appendingPathComponent("o.jsonl").path
        let more = #","observations":{"path":"\#(path)","texts":\#(hasTexts)}"#
        let gateway = try ShadowGateway(ShadowGateway.similar(0.5, more: more))
        _ = await gateway.ask(self.star.first, answer: "gas \"x\"\n")
        _ = await gateway.ask(self.star.first)
        _ = await gateway.ask(self.star.second, answer: "fire")
        let lines = try await LinesOfFile.wait(3, at: path)
        let objects = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(objects.compactMap { $0["tier"] as? String } == ["none", "exact", "semantic"])
        #expect(objects.compactMap { $0["outcome"] as? String } == ["new", "agreed", "disagreed"])
        #expect(objects.compactMap { $0["accepted"] as? Bool } == [false, true, true])
        #expect(objects.allSatisfy { $0["cache"] as? String == "ai-cache" && $0["time"] as? Int == 1_767_225_600 })
        #expect(objects.allSatisfy { ($0["scope"] as? String)?.count == 64 })
        #expect(objects.map { $0["measure"] as? String } == [nil, nil, "similarity"])
        // Digests tell which question was asked again, and never what it was.
        let keys = objects.compactMap { $0["key"] as? String }
        #expect(keys.count == 3 && keys.allSatisfy { $0.count == 32 } && keys[0] == keys[1] && keys[1] != keys[2])
        #expect(objects.map { $0["stored_key"] as? String } == [nil, nil, keys[0]])
        #expect((objects[2]["score"] as? Double).map { (0.5...1).contains($0) } == true)
        #expect(objects[2]["question"] as? String == (hasTexts ? self.star.second : nil))
        #expect(objects[2]["stored_question"] as? String == (hasTexts ? self.star.first : nil))
        #expect(objects[2]["stored_answer"] as? String == (hasTexts ? "gas \"x\"\n" : nil))
        #expect(objects[2]["fresh_answer"] as? String == (hasTexts ? "fire" : nil))
    }

    @Test("a file that cannot be written is warned about once, and its lines are counted")
    func lostLines() async throws {
        let more = #","observations":"/no/such/folder/o.jsonl""#
        let gateway = try ShadowGateway(ShadowGateway.similar(more: more))
        let lost = gateway.cache.gateway.metrics.counter("ai_cache_observations_lost_total", "")
        for count in 1...2 {
            _ = await gateway.ask(self.star.other)
            #expect(await eventually { lost.value == count })
        }
        let warnings = gateway.cache.warnings.filter { $0 == "observations are not written" }
        #expect(warnings.count == 1)
    }

    @Test(
        "mistakes are errors at their place",
        arguments: [
            (#""mode":"shadwo""#, "expected one of cache, shadow; did you mean \"shadow\""),
            (#""mode":"shadow","observations":"""#, "expected a path"),
            (#""mode":"shadow","observations":{"path":""}"#, "expected a path"),
            (#""mode":"shadow","observations":{"pth":"x"}"#, "did you mean \"path\""),
            (#""mode":"shadow","observations":{"path":"x","maxBytes":"1KiB"}"#, "expected a size"),
            (#""mode":"shadow","observations":{"keep":0}"#, "expected a whole number (1 to 1000000)"),
            (#""mode":"shadow","observations":{"texts":true}"#, "found true without \"path\""),
            (#""mode":"shadow","observations":["x"]"#, "expected a string or a mapping"),
        ]
    )
    func mistakes(keys: String, message: String) throws {
        let errors = try ReadConfiguration(#"{"cache":{"type":"memory"},\#(keys)}"#).errors
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
    }

    @Test("observations without a shadow are warned about")
    func withoutEffect() throws {
        let configuration = try ReadConfiguration(#"{"cache":{"type":"memory"},"observations":"x"}"#)
        #expect(configuration.errors.isEmpty && configuration.warnings.count == 1)
        #expect(configuration.value.mode == .cache && configuration.warnings[0].contains("maxErrorRate"))
        let bound = #"{"vector":{"type":"memory","maxErrorRate":0.1},"embedding":{"type":"ngram"},"observations":"x"}"#
        let observed = try ReadConfiguration(bound)
        #expect(observed.errors.isEmpty && !observed.warnings.contains { $0.contains("has no effect") })
        #expect(observed.value.observations?.path == "x")
    }
}

@Suite("ai-cache: what is kept of observations")
struct AICacheObservationTests {
    private func observation(_ number: Int) -> Observation {
        Observation(secondsSince1970: number, cache: "c", tier: .none, outcome: .new, isAccepted: false)
    }

    @Test("the last ones are kept, from the oldest on", arguments: [0, 1, 4, 5, 6, 13])
    func ring(count: Int) {
        var ring = ObservationRing(capacity: 5)
        for number in 0..<count { ring.add(self.observation(number)) }
        #expect(ring.all.map(\.secondsSince1970) == Array(max(0, count - 5)..<count))
        #expect(ring.count == min(5, count))
    }

    @Test("a file that is full is set aside, in the place of an earlier one")
    func rotation() async throws {
        let path = try TemporaryDirectories.shared.make().appendingPathComponent("o.jsonl").path
        let file = ObservationFile(
            path: path,
            lost: MetricRegistry().counter("lost", ""),
            patience: .seconds(120),
            CacheLogRecording().logger
        )
        file.begin(maximumBytes: 1000)
        let line = self.observation(1).line(nil)
        for _ in 0..<5 {
            for _ in 0..<5 { file.append(line) }
            await file.flush()
        }
        let most = 1000 / line.readableBytes / 5 * 5
        #expect(try LinesOfFile.read(path + ".1").count == most)
        #expect(try LinesOfFile.read(path).count == 25 - 2 * most)
        #expect(!LinesOfFile.exists(path + ".2"))
        file.reopen()
        file.append(line)
        await file.flush()
        #expect(try LinesOfFile.read(path).count == 26 - 2 * most)
    }

    @Test("what cannot wait any more is counted as lost")
    func full() async throws {
        let lost = MetricRegistry().counter("lost", "")
        let file = ObservationFile(
            path: "/no/such/folder/x",
            lost: lost,
            patience: .seconds(120),
            CacheLogRecording().logger
        )
        let line = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<6 { file.append(line) }
        #expect(lost.value == 2)
        await file.flush()
        #expect(lost.value == 6)
    }
}

/// The lines of a file that another thread writes.
enum LinesOfFile {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func read(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    static func wait(_ count: Int, at path: String) async throws -> [String] {
        _ = await eventually { (try? self.read(path))?.count ?? 0 >= count }
        return try self.read(path)
    }
}
