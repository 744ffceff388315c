import Foundation
import TestSupport
import Testing

@Suite("sluice ai-cache report")
struct AICacheCommandTests {
    private static func lines(_ count: Int, score: Double, _ outcome: String, cache: String = "c") -> String {
        let line =
            #"{"time":1767225600,"cache":"\#(cache)","tier":"semantic","outcome":"\#(outcome)","accepted":true,"score":\#(score),"measure":"similarity"}"#
        return String(repeating: line + "\n", count: count)
    }

    private static let trace =
        lines(400, score: 0.95, "agreed") + lines(20, score: 0.85, "agreed") + lines(60, score: 0.805, "disagreed")
        + String(repeating: #"{"time":1,"tier":"none","outcome":"new"}"# + "\n", count: 200)
        + String(repeating: #"{"time":1,"tier":"exact","outcome":"agreed"}"# + "\n", count: 20)

    private func run(_ text: String, _ options: String...) async throws -> ChildProcess.Outcome {
        let path = try Sluice.file(text, named: "observations.jsonl")
        return try await Sluice.run(["ai-cache", "report", path] + options)
    }

    private func object(_ outcome: ChildProcess.Outcome) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test func printsATableAndRecommends() async throws {
        let outcome = try await self.run(Self.trace, "--max-error-rate", "0.02")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "700 lookups, 700 of them compared with a fresh answer")
        #expect(lines.count { $0.hasPrefix("THRESHOLD  HIT RATE") } == 1)
        let row = try #require(lines.first { $0.contains("0.80 ") })
        let cells = row.split(separator: " ").map(String.init)
        #expect(cells.starts(with: ["0.80", "71.4", "%", "480", "480", "87.5", "%"]), "\(row)")
        #expect(lines.last == "for at most 2.0 % wrong answers: threshold: 0.81, thresholdRelation: gte")
    }

    @Test func printsJSON() async throws {
        let outcome = try await self.run(
            Self.trace,
            "--format",
            "json",
            "--max-error-rate",
            "0.02",
            "--from",
            "0.8",
            "--to",
            "0.9",
            "--step",
            "0.05"
        )
        let object = try self.object(outcome)
        #expect(object["lookups"] as? Int == 700 && object["measure"] as? String == "similarity")
        let rows = try #require(object["thresholds"] as? [[String: Any]])
        #expect(rows.compactMap { $0["threshold"] as? Double } == [0.8, 0.85, 0.9])
        #expect(rows.compactMap { $0["semanticHits"] as? Int } == [480, 420, 400])
        let recommendation = try #require(object["recommendation"] as? [String: Any])
        #expect(recommendation["threshold"] as? Double == 0.85)
        #expect(recommendation["thresholdRelation"] as? String == "gte" && recommendation["reason"] == nil)
    }

    @Test func countsLookupsThatWereServedForTheHitRateAlone() async throws {
        let exact = #"{"time":1,"tier":"exact","outcome":"unknown","accepted":true,"served":true}"#
        let semantic = Self.lines(300, score: 0.95, "unknown").replacing(#""accepted":true"#, with: #""served":true"#)
        let trace = Self.trace + semantic + String(repeating: exact + "\n", count: 100)
        let outcome = try await self.run(trace)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "1100 lookups, 700 of them compared with a fresh answer")
        #expect(lines.contains("120 of equal questions, 100.0 % of 20 agreed with the fresh answer"))
        #expect(lines.contains("400 were served from the cache, so nothing tells whether they were right"))
        let row = try #require(lines.first { $0.contains("0.80 ") })
        let cells = row.split(separator: " ").map(String.init)
        #expect(cells.starts(with: ["0.80", "81.8", "%", "780", "480", "87.5", "%"]), "\(row)")
        #expect(try self.object(try await self.run(trace, "--format", "json"))["served"] as? Int == 400)
        let unserved = try await self.run(Self.trace)
        #expect(!unserved.output.contains("were served"))
    }

    @Test func recommendsNothingWithoutObservationsEnough() async throws {
        let few = Self.lines(50, score: 0.95, "agreed")
        let text = try await self.run(few, "--max-error-rate", "0.02")
        #expect(text.status == 0 && text.output.contains("too few observations: 50 lookups were compared"), "\(text)")
        let object = try self.object(try await self.run(few, "--max-error-rate", "0.02", "--format", "json"))
        let recommendation = try #require(object["recommendation"] as? [String: Any])
        #expect(
            recommendation["threshold"] == nil && (recommendation["reason"] as? String)?.contains("too few") == true
        )
        #expect(try self.object(try await self.run(few, "--format", "json"))["recommendation"] == nil)
    }

    @Test func leavesOutLinesThatAreNoObservations() async throws {
        let damaged =
            "\n{\"tier\":\"none\"}\nnonsense\n" + #"{"tier":"semantic","outcome":"agreed"}"# + "\n"
            + Self.lines(3, score: 0.9, "agreed") + #"{"tier":"ex"#
        let outcome = try await self.run(damaged)
        #expect(outcome.status == 0 && outcome.output.hasPrefix("3 lookups"))
        #expect(
            outcome.errors.contains("observations.jsonl:2: no observation; 4 such lines are left out"),
            "\(outcome)"
        )
    }

    @Test(arguments: ["", "\n\n", "nonsense\n"])
    func needsObservations(text: String) async throws {
        let outcome = try await self.run(text)
        #expect(outcome.status == 1 && outcome.errors.contains("no observations") && outcome.output.isEmpty)
    }

    @Test func needsAFileThatCanBeRead() async throws {
        let outcome = try await Sluice.run(["ai-cache", "report", "/no/such/file"])
        #expect(outcome.status == 1 && outcome.errors.contains("/no/such/file: cannot be read"))
    }

    @Test func distancesAreNotMixedWithSimilarities() async throws {
        let other = Self.lines(2, score: 0.1, "agreed", cache: "d").replacing("similarity", with: "distance")
        let mixed = Self.lines(2, score: 0.9, "agreed") + other
        let outcome = try await self.run(mixed)
        #expect(outcome.status == 1 && outcome.errors.contains("choose one cache with --cache, of c, d"), "\(outcome)")
        let chosen = try await self.run(mixed, "--cache", "d", "--max-error-rate", "0.5")
        #expect(chosen.status == 0 && chosen.output.contains("\n     0.30 "), "\(chosen)")
        let none = try await self.run(mixed, "--cache", "e")
        #expect(none.status == 1 && none.errors.contains(#"no observations of the cache "e""#))
    }

    @Test(
        arguments: [
            ["--max-error-rate", "2"], ["--max-error-rate", "0"], ["--step", "0"], ["--confidence", "1"],
            ["--from", "0.9", "--to", "0.8"], ["--admin", "h"], ["--format", "xml"],
        ]
    )
    func refusesWrongUsage(options: [String]) async throws {
        let outcome = try await Sluice.run(["ai-cache", "report"] + options)
        #expect(outcome.status == 64 && outcome.errors.contains(options[0]), "\(outcome)")
        let both = try await Sluice.run(["ai-cache", "report", "file", "--admin", "http://127.0.0.1:1"])
        #expect(both.status == 64)
    }

    @Test func saysThatNobodyAnswers() async throws {
        let port = try RefusingPort()
        let outcome = try await Sluice.run(["ai-cache", "report", "--admin", "http://127.0.0.1:\(port.port)"])
        #expect(outcome.status == 70 && outcome.errors.contains("no connection"))
    }
}
