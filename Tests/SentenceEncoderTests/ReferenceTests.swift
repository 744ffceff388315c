import Foundation
import TestSupport
import Testing

@testable import SentenceEncoder

/// A real model, all-MiniLM-L6-v2, against the package tokenizers and the same network in numpy.
@Suite("The reference encoder")
struct ReferenceTests {
    private static func lines(_ program: String, within seconds: Double) async throws -> [Substring] {
        guard let python = ProcessInfo.processInfo.environment["SLUICE_PYTHON"] else {
            throw Missing(description: "SLUICE_PYTHON must name a Python with the packages that Tests/run installs")
        }
        let script = ModelFolder.folder("Python").appendingPathComponent(program).path
        let outcome = try await ChildProcess.run(python, [script], within: seconds)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.split(separator: "\n")
    }

    private struct Missing: Error, CustomStringConvertible { let description: String }

    @Test("ids of tokens are identical and vectors parallel on more than 300 texts")
    func parity() async throws {
        let lines = try await Self.lines("reference.py", within: 1200)
        let rows = try lines.map { try JSONDecoder().decode(EncodedText.self, from: Data($0.utf8)) }
        let place = try await Self.lines("model_path.py", within: 600)
        let model = try SentenceModel(String(try #require(place.first)))
        #expect(rows.count >= 300 && model.dimensions == 384 && model.longestText == 256)
        for row in rows {
            #expect(model.tokens(of: row.text) == row.ids, "\(row.text)")
            #expect(try cosine(model.vector(of: row.text), row.vector) > 0.999_999, "\(row.text)")
        }
    }

    @Test("every character of the first planes is normalised and split as in the reference")
    func characters() async throws {
        var facts: [UInt32: [Substring]] = [:]
        for line in try await Self.lines("characters.py", within: 1200) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            facts[try #require(UInt32(fields[0], radix: 16))] = Array(fields[1...])
        }
        #expect(facts.count > 10_000)
        for value in [0..<0xD800, 0xE000..<0x20000].joined() {
            let scalar = try #require(Unicode.Scalar(UInt32(value)))
            let kind = CharacterClass(scalar)
            var bare: [String] = []
            scalar.withoutMarks { bare.append(String($0.value, radix: 16)) }
            let fact = facts[scalar.value] ?? ["", Substring(String(value, radix: 16)), ""]
            #expect((kind == .other ? "" : "\(kind)") == fact[0] && bare.joined(separator: ".") == fact[1])
        }
    }
}
