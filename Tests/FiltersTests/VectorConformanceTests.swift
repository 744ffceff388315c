import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

/// What every vector service has to do, run for each row of ``vectorServices``.
@Suite("ai-cache: every vector service")
struct VectorConformanceTests {
    private let east: [Float] = [1, 0, 0.1, 0]
    private let nearEast: [Float] = [0.98, 0.05, 0.1, 0]
    private let north: [Float] = [0, 1, 0, 0.1]

    private func store(
        _ row: VectorServiceRow,
        replacing credential: (key: String, value: String)? = nil,
        more: String = ""
    ) throws -> any RemoteVectorStore {
        var keys = row.keys
        if let credential {
            let pattern = try Regex("\"\(credential.key)\":\"[^\"]*\"")
            keys = keys.replacing(pattern, with: "\"\(credential.key)\":\"\(credential.value)\"")
        }
        let provider = try #require(vectorProviders.first { $0.type == row.type })
        let read = try ReadProvider(#"{"serviceName":"v.dns",\#(keys)\#(more)}"#) { provider.read($0) }
        guard let opener = read.opener, read.errors.isEmpty else { throw NoProvider(errors: read.errors) }
        #expect(opener.score == row.score)
        guard case .remote(let store) = try opener.open(.alone) else { throw NoProvider(errors: ["not a service"]) }
        return store
    }

    private func query(_ vector: [Float], topK: Int = 1) -> VectorQuery {
        VectorQuery(vector: vector, topK: topK, scope: "s1", secondsSince1970: 1_767_225_600)
    }

    private func entry(
        _ question: String,
        _ vector: [Float],
        answer: String? = "an answer",
        scope: String = "s1"
    ) -> VectorEntry {
        VectorEntry(
            id: EntryID(scope: scope, question: question),
            key: self.key(question, scope),
            vector: vector,
            question: question,
            answer: answer.map { bytes($0) },
            scope: scope,
            expiresAt: 1_767_229_200,
            secondsSince1970: 1_767_225_600
        )
    }

    private func key(_ question: String, _ scope: String = "s1") -> CacheKeyID {
        CacheKey(question: question, prefix: "p:", scope: scope).id
    }

    /// What a store is asked to do.
    private enum Call: CaseIterable { case query, store, remove }

    private func error(_ row: VectorServiceRow, _ mode: DoubleCallouts.Mode, _ call: Call = .query) async throws
        -> String
    {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double(), mode)
        do {
            switch call {
            case .query: return "no error but \(try await store.neighbours(of: self.query(self.east), by: callouts))"
            case .store: try await store.store(self.entry("q", self.east), by: callouts)
            case .remove: _ = try await store.remove(.scope("s1"), at: 1_767_225_600, by: callouts)
            }
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("every service of the table has a row")
    func coverage() {
        let services = vectorProviders.filter { $0 is any VectorService.Type }.map { $0.type }
        #expect(Set(services) == Set(vectorServices.map(\.type)))
        #expect(vectorProviders.map { $0.type } == vectorProviders.map { $0.type }.sorted())
    }

    @Test("an empty collection has no neighbours", arguments: vectorServices)
    func empty(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let neighbours = try await store.neighbours(of: self.query(self.east), by: DoubleCallouts(row.double()))
        #expect(neighbours.isEmpty)
    }

    @Test("what was stored is found again, with all its parts", arguments: vectorServices)
    func found(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        try await store.store(self.entry("Where is east?", self.east), by: callouts)
        try await store.store(self.entry("Where is north?", self.north), by: callouts)
        let neighbour = try #require(try await store.neighbours(of: self.query(self.nearEast), by: callouts).first)
        #expect(neighbour.question == "Where is east?" && neighbour.answer == bytes("an answer"))
        #expect(neighbour.scope == "s1" && neighbour.expiresAt == 1_767_229_200)
        #expect(callouts.requests.allSatisfy { $0.timeout == .seconds(10) })
    }

    @Test("scores say what is near and what is far", arguments: vectorServices)
    func scores(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        try await store.store(self.entry("east", self.east), by: callouts)
        let near = try #require(try await store.neighbours(of: self.query(self.nearEast), by: callouts).first)
        let far = try #require(try await store.neighbours(of: self.query(self.north), by: callouts).first)
        #expect(row.score.isNearer(near.score, than: far.score))
    }

    @Test("no more neighbours come than were asked for", arguments: vectorServices)
    func topK(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        for number in 0..<5 { try await store.store(self.entry("\(number)", [1, Float(number), 0, 0]), by: callouts) }
        let neighbours = try await store.neighbours(of: self.query(self.east, topK: 3), by: callouts)
        #expect(neighbours.count == 3 && Set(neighbours.map(\.question)) == ["0", "1", "2"])
    }

    @Test("questions and answers come back character for character", arguments: vectorServices)
    func characters(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        for text in awkwardTexts where text.utf8.count <= store.longestAnswer {
            let callouts = DoubleCallouts(row.double())
            try await store.store(self.entry(text, self.east, answer: text), by: callouts)
            let neighbour = try await store.neighbours(of: self.query(self.east), by: callouts).first
            #expect(neighbour?.question == text && neighbour?.answer == bytes(text), "\(text.prefix(40))")
        }
    }

    @Test("an entry without answer has none when it is found", arguments: vectorServices)
    func withoutAnswer(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        try await store.store(self.entry("east", self.east, answer: nil), by: callouts)
        let neighbour = try #require(try await store.neighbours(of: self.query(self.east), by: callouts).first)
        #expect(neighbour.question == "east" && neighbour.answer == nil)
    }

    @Test("storing again replaces, where the service can", arguments: vectorServices)
    func deterministicIDs(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        for answer in ["old", "new"] { try await store.store(self.entry("q", self.east, answer: answer), by: callouts) }
        let neighbours = try await store.neighbours(of: self.query(self.east, topK: 5), by: callouts)
        let answers = neighbours.compactMap { $0.answer.map { String(buffer: $0) } }
        let expected: [VectorServiceRow.Again: [String]] = [
            .replaces: ["new"], .adds: ["new", "old"], .keeps: ["old"],
        ]
        #expect(answers.sorted() == expected[row.again])
    }

    @Test("an entry that replaces one leaves nothing of it", arguments: vectorServices.filter { $0.again == .replaces })
    func wholeReplacement(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        try await store.store(self.entry("q", self.east, answer: "old"), by: callouts)
        var entry = self.entry("q", self.east, answer: nil)
        entry.expiresAt = nil
        try await store.store(entry, by: callouts)
        let neighbour = try #require(try await store.neighbours(of: self.query(self.east), by: callouts).first)
        #expect(neighbour.answer == nil && neighbour.expiresAt == nil)
    }

    @Test("an entry is forgotten by its key, and no other is", arguments: vectorServices)
    func forgotten(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        for scope in ["s1", "s2"] {
            for (question, vector) in [("east", self.east), ("north", self.north)] {
                try await store.store(self.entry(question, vector, scope: scope), by: callouts)
            }
        }
        for count in [1, 0] {
            let removed = try await store.remove(.key(self.key("east")), at: 1_767_225_600, by: callouts)
            #expect(removed == nil || removed == count)
        }
        let left = try await store.neighbours(of: self.query(self.east, topK: 9), by: callouts)
        #expect(Set(left.map { "\($0.question) \($0.scope ?? "-")" }) == ["north s1", "east s2", "north s2"])
    }

    @Test("a scope is forgotten however many entries it has, and no other is", arguments: vectorServices)
    func forgottenScope(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        for number in 0..<30 { try await store.store(self.entry("\(number)", [1, Float(number), 0, 0]), by: callouts) }
        try await store.store(self.entry("other", self.east, scope: "s2"), by: callouts)
        for count in [30, 0] {
            let removed = try await store.remove(.scope("s1"), at: 1_767_225_600, by: callouts)
            #expect(removed == nil || removed == count)
        }
        let left = try await store.neighbours(of: self.query(self.east, topK: 40), by: callouts)
        #expect(left.map(\.question) == ["other"])
    }

    @Test(
        "without a scope an entry is forgotten by its question, and no other that holds the same words",
        arguments: vectorServices
    )
    func forgottenQuestion(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        var query = self.query(self.east, topK: 9)
        query.scope = nil
        let others = ["East \"1\"", "east \"1\" or north", "north"]
        for (question, vector) in [("east \"1\"", self.east)] + others.map({ ($0, self.north) }) {
            var entry = self.entry(question, vector)
            (entry.id, entry.scope, entry.expiresAt) = (EntryID(scope: nil, question: question), nil, nil)
            try await store.store(entry, by: callouts)
        }
        for count in [1, 0] {
            let removed = try await store.remove(question: "east \"1\"", at: 1_767_225_600, by: callouts)
            #expect(removed == nil || removed == count)
        }
        let left = try await store.neighbours(of: query, by: callouts).map(\.question)
        #expect(left.sorted() == others.sorted())
    }

    @Test("a question that has any characters is forgotten, or nothing is asked", arguments: vectorServices)
    func forgottenCharacters(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        var query = self.query(self.east)
        query.scope = nil
        for question in ["what's a \\ \"star\"?", "two\nlines\r\n", "tab\there", "é 日 😀", "a' or ''='"] {
            let callouts = DoubleCallouts(row.double())
            var entry = self.entry(question, self.east)
            (entry.id, entry.scope, entry.expiresAt) = (EntryID(scope: nil, question: question), nil, nil)
            try await store.store(entry, by: callouts)
            do {
                _ = try await store.remove(question: question, at: 1_767_225_600, by: callouts)
                #expect(try await store.neighbours(of: query, by: callouts).isEmpty, "\(question)")
            } catch let error as ProviderError {
                // Its filters have no way to write a quote.
                #expect(row.type == "dashvector" && error.code == .unsupported, "\(error)")
                #expect(try await store.neighbours(of: query, by: callouts).count == 1)
            }
        }
    }

    @Test(
        "all entries of a question are forgotten where storing adds",
        arguments: vectorServices.filter { $0.again == .adds }
    )
    func forgottenTwice(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        var query = self.query(self.east, topK: 9)
        query.scope = nil
        for answer in ["old", "new"] {
            var entry = self.entry("east", self.east, answer: answer)
            (entry.id, entry.scope, entry.expiresAt) = (EntryID(scope: nil, question: "east"), nil, nil)
            try await store.store(entry, by: callouts)
        }
        let removed = try await store.remove(question: "east", at: 1_767_225_600, by: callouts)
        #expect(removed == nil || removed == 2)
        #expect(try await store.neighbours(of: query, by: callouts).isEmpty)
    }

    @Test("without a scope an entry is found by its question and answer", arguments: vectorServices)
    func withoutScope(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        var (entry, query) = (self.entry("Where is east?", self.east), self.query(self.east))
        (entry.scope, entry.expiresAt, query.scope) = (nil, nil, nil)
        try await store.store(entry, by: callouts)
        let neighbour = try #require(try await store.neighbours(of: query, by: callouts).first)
        #expect(neighbour.question == "Where is east?" && neighbour.answer == bytes("an answer"))
        #expect(neighbour.scope == nil && neighbour.expiresAt == nil)
    }

    @Test(
        "a score that is missing or no finite number is an error",
        arguments: vectorServices,
        ["NaN", "Infinity", "null", "\"0.5\"", "1e999", "[]"]
    )
    func badScores(row: VectorServiceRow, score: String) async throws {
        let recording = RecordingDouble(row.double())
        let store = try self.store(row)
        try await store.store(self.entry("q", self.east), by: DoubleCallouts(recording))
        _ = try await store.neighbours(of: self.query(self.east), by: DoubleCallouts(recording))
        let pattern = try Regex(#""(?:_?score|distance)":(-?[0-9][-+.0-9eE]*)|"distances":\[\[([^\]]+)\]"#)
        let answer = recording.lastBody
        let match = try #require(answer.firstMatch(of: pattern))
        let place = try #require(match.output[1].range ?? match.output[2].range)
        let body = answer[..<place.lowerBound] + score + answer[place.upperBound...]
        let error = try await self.error(row, .replaced(status: 200, body: bytes(String(body))))
        #expect(error.hasPrefix("bad_answer: "), "\(error)")
    }

    @Test("a status other than 2xx is an error with the service's words", arguments: vectorServices, [400, 404, 503])
    func status(row: VectorServiceRow, status: Int) async throws {
        let words = "disk full" + String(repeating: "é", count: 2000)
        for call in Call.allCases {
            let error = try await self.error(row, .replaced(status: status, body: bytes(words)), call)
            #expect(error.contains("status \(status)") && error.contains("disk full") && error.utf8.count < 560)
        }
    }

    @Test("an error in the body is one", arguments: vectorServices)
    func refusals(row: VectorServiceRow) async throws {
        for refusal in row.refusals {
            for call in Call.allCases {
                let body = bytes(refusal.body)
                let error = try await self.error(row, .replaced(status: 200, body: body), call)
                #expect(error.contains(refusal.words), "\(error)")
            }
        }
    }

    @Test("garbage is an error", arguments: vectorServices, garbage)
    func garbled(row: VectorServiceRow, body: String) async throws {
        let error = try await self.error(row, .replaced(status: 200, body: bytes(body)))
        #expect(error.hasPrefix("bad_answer: ") || error.hasPrefix("refused: "), "\(error)")
    }

    @Test("an answer that breaks off anywhere is an error", arguments: vectorServices)
    func brokenOff(row: VectorServiceRow) async throws {
        let recording = RecordingDouble(row.double())
        let store = try self.store(row)
        try await store.store(self.entry("q", self.east), by: DoubleCallouts(recording))
        _ = try await store.neighbours(of: self.query(self.east), by: DoubleCallouts(recording))
        let answer = recording.lastBody
        for length in 0..<answer.utf8.count {
            let part = String(decoding: answer.utf8.prefix(length), as: UTF8.self)
            let error = try await self.error(row, .replaced(status: 200, body: bytes(part)))
            #expect(error.hasPrefix("bad_answer: "), "\(error)")
        }
    }

    @Test("no answer is the call's own error, and the timeout is the configured one", arguments: vectorServices)
    func timeout(row: VectorServiceRow) async throws {
        let store = try self.store(row, more: #","timeout":150"#)
        let callouts = DoubleCallouts(row.double(), .failed(CalloutError(.timeout, "no answer")))
        await #expect(throws: CalloutError(.timeout, "no answer")) {
            _ = try await store.neighbours(of: self.query(self.east), by: callouts)
        }
        #expect(callouts.requests.map(\.timeout) == [.milliseconds(150)])
    }

    @Test("a vector that the collection cannot hold is an error", arguments: vectorServices)
    func dimensions(row: VectorServiceRow) async throws {
        let store = try self.store(row)
        let callouts = DoubleCallouts(row.double())
        await #expect(throws: ProviderError.self) {
            try await store.store(self.entry("q", [1, 0, 0]), by: callouts)
        }
    }

    @Test("wrong credentials are an error that does not tell them", arguments: vectorServices)
    func authentication(row: VectorServiceRow) async throws {
        guard let wrong = row.wrongCredential else { return }
        let store = try self.store(row, replacing: wrong)
        let callouts = DoubleCallouts(row.double())
        let error = await #expect(throws: ProviderError.self) {
            _ = try await store.neighbours(of: self.query(self.east), by: callouts)
        }
        #expect(error?.message.contains(wrong.value) == false)
        await #expect(throws: ProviderError.self) {
            _ = try await store.remove(.scope("s1"), at: 1_767_225_600, by: callouts)
        }
    }

    @Test("required keys are required", arguments: vectorServices)
    func required(row: VectorServiceRow) throws {
        let provider = try #require(vectorProviders.first { $0.type == row.type })
        let errors = try ReadProvider("{}") { provider.read($0) }.errors
        let expected = (row.required + ["serviceName"]).map { "missing key \"\($0)\" " }
        #expect(Set(errors.map { String($0.prefix { $0 != "(" }) }) == Set(expected))
    }
}
