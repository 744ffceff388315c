import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

/// What every embedding service has to do, run for each row of ``embeddingServices``.
@Suite("ai-cache: every embedding service")
struct EmbeddingConformanceTests {
    private func embedder(
        _ row: EmbeddingServiceRow,
        replacing credential: (key: String, value: String)? = nil,
        more: String = ""
    ) throws -> any WaitingEmbedder {
        var keys = row.keys
        if let credential {
            let pattern = try Regex("\"\(credential.key)\":\"[^\"]*\"")
            keys = keys.replacing(pattern, with: "\"\(credential.key)\":\"\(credential.value)\"")
        }
        let provider = try #require(embeddingProviders.first { $0.type == row.type })
        let read = try ReadProvider(#"{"serviceName":"e.dns",\#(keys)\#(more)}"#) { provider.read($0) }
        guard let opener = read.opener, read.errors.isEmpty else { throw NoProvider(errors: read.errors) }
        guard case .waiting(let embedder) = try opener(.alone) else { throw NoProvider(errors: ["not a service"]) }
        return embedder
    }

    private func error(_ row: EmbeddingServiceRow, _ mode: DoubleCallouts.Mode) async throws -> String {
        let embedder = try self.embedder(row)
        let callouts = DoubleCallouts(row.double(), mode)
        do {
            let vector = try await embedder.vector(of: "q", by: callouts, at: 0)
            return "no error but \(vector)"
        } catch {
            return "\(error)"
        }
    }

    @Test("every service of the table has a row")
    func coverage() {
        let services = embeddingProviders.filter { $0 is any EmbeddingService.Type }.map { $0.type }
        #expect(Set(services) == Set(embeddingServices.map(\.type)))
        #expect(embeddingProviders.map { $0.type } == embeddingProviders.map { $0.type }.sorted())
    }

    @Test("equal texts get equal vectors, similar texts near ones", arguments: embeddingServices)
    func near(row: EmbeddingServiceRow) async throws {
        let embedder = try self.embedder(row)
        let callouts = DoubleCallouts(row.double())
        let star = try await embedder.vector(of: "What is a star?", by: callouts, at: embeddingTime)
        let same = try await embedder.vector(of: "What is a star?", by: callouts, at: embeddingTime)
        let near = try await embedder.vector(of: "A star is what?", by: callouts, at: embeddingTime)
        let far = try await embedder.vector(of: "Bake bread without yeast", by: callouts, at: embeddingTime)
        #expect(star == same && cosine(star, near) > 0.95 && cosine(star, far) < 0.7)
        #expect(callouts.requests.allSatisfy { $0.host == row.host && $0.timeout == .seconds(10) })
    }

    @Test("texts with every character arrive", arguments: embeddingServices)
    func characters(row: EmbeddingServiceRow) async throws {
        let embedder = try self.embedder(row)
        for text in awkwardTexts {
            let vector = try await embedder.vector(of: text, by: DoubleCallouts(row.double()), at: embeddingTime)
            let expected = TextVectorAsFloats.of(text, dimensions: vector.count)
            #expect(cosine(vector, expected) > 0.9999, "\(text.prefix(40))")
        }
    }

    @Test(
        "a status other than 2xx is an error with the service's words",
        arguments: embeddingServices,
        [400, 429, 503]
    )
    func status(row: EmbeddingServiceRow, status: Int) async throws {
        let words = "model overloaded" + String(repeating: "é", count: 2000)
        let error = try await self.error(row, .replaced(status: status, body: bytes(words)))
        #expect(error.contains("status \(status)") && error.contains("model overloaded") && error.utf8.count < 560)
    }

    @Test("an error in the body is one", arguments: embeddingServices)
    func refusals(row: EmbeddingServiceRow) async throws {
        for refusal in row.refusals {
            let error = try await self.error(row, .replaced(status: 200, body: bytes(refusal.body)))
            #expect(error.contains(refusal.words), "\(error)")
        }
    }

    @Test("garbage is an error", arguments: embeddingServices, garbage)
    func garbled(row: EmbeddingServiceRow, body: String) async throws {
        let error = try await self.error(row, .replaced(status: 200, body: bytes(body)))
        #expect(error.hasPrefix("bad_answer: "), "\(error)")
    }

    @Test("an answer that breaks off anywhere is an error", arguments: embeddingServices)
    func brokenOff(row: EmbeddingServiceRow) async throws {
        let recording = RecordingDouble(row.double())
        _ = try await self.embedder(row).vector(of: "q", by: DoubleCallouts(recording), at: embeddingTime)
        let answer = recording.lastBody
        for length in stride(from: 0, to: answer.utf8.count, by: 7) {
            let part = String(decoding: answer.utf8.prefix(length), as: UTF8.self)
            let error = try await self.error(row, .replaced(status: 200, body: bytes(part)))
            #expect(error.hasPrefix("bad_answer: "), "\(error)")
        }
    }

    @Test("no answer is the call's own error, and the timeout is the configured one", arguments: embeddingServices)
    func timeout(row: EmbeddingServiceRow) async throws {
        let embedder = try self.embedder(row, more: #","timeout":150"#)
        let callouts = DoubleCallouts(row.double(), .failed(CalloutError(.timeout, "no answer")))
        await #expect(throws: CalloutError(.timeout, "no answer")) {
            _ = try await embedder.vector(of: "q", by: callouts, at: 0)
        }
        #expect(callouts.requests.map(\.timeout) == [.milliseconds(150)])
    }

    @Test("wrong credentials are an error that does not tell them", arguments: embeddingServices)
    func authentication(row: EmbeddingServiceRow) async throws {
        guard let wrong = row.wrongCredential else { return }
        let embedder = try self.embedder(row, replacing: wrong)
        let callouts = DoubleCallouts(row.double())
        let error = await #expect(throws: ProviderError.self) {
            _ = try await embedder.vector(of: "q", by: callouts, at: embeddingTime)
        }
        #expect(error?.message.contains(wrong.value) == false, "\(String(describing: error))")
    }

    @Test("required keys are required", arguments: embeddingServices)
    func required(row: EmbeddingServiceRow) throws {
        let provider = try #require(embeddingProviders.first { $0.type == row.type })
        let errors = try ReadProvider("{}") { provider.read($0) }.errors
        #expect(Set(errors.map { $0.prefix { $0 != "(" } }) == Set(self.missing(row.required + ["serviceName"])))
    }

    private func missing(_ keys: [String]) -> [Substring] { keys.map { "missing key \"\($0)\" " } }
}
