import Testing

@testable import SentenceEncoder

/// Small models of every family, kind of number, tokenizer and pooling, against what the reference computes from them.
@Suite("Families of encoders")
struct FamilyTests {
    @Test("tokens are those of the reference, and vectors too", arguments: ModelFolder.allCases, Kernels.usable.indices)
    func parity(_ folder: ModelFolder, kernels: Int) throws {
        let model = try SentenceModel(folder.path, kernels: Kernels.usable[kernels])
        let expected = try folder.expected
        #expect(expected.count >= 8)
        for row in expected {
            #expect(model.tokens(of: row.text) == row.ids, "\(row.text)")
            let vector = try model.vector(of: row.text)
            #expect(cosine(vector, row.vector) > 0.999_999, "\(row.text)")
            #expect(zip(vector, row.vector).allSatisfy { abs($0 - $1) < 1e-5 }, "\(row.text)")
        }
    }

    @Test("a vector does not depend on the texts beside it, to the last bit", arguments: ModelFolder.allCases)
    func batches(_ folder: ModelFolder) throws {
        let model = try SentenceModel(folder.path)
        let texts = try folder.expected.map { model.tokens(of: $0.text) }
        let workspace = Workspace(model.network.shape, longest: model.longestText)
        let together = try model.vectors(of: texts, workspace)
        let reversed = Array(try model.vectors(of: texts.reversed(), workspace).reversed())
        let alone = try texts.map { try model.vectors(of: [$0], workspace)[0] }
        #expect(together == alone && reversed == alone)
    }

    @Test("texts of any length and any characters get a vector of the model's length")
    func texts() throws {
        for folder in ModelFolder.allCases {
            let model = try SentenceModel(folder.path)
            let long = String(repeating: "the cat ", count: 100_000)
            for text in [long, String(repeating: "x", count: 300_000), "\u{0}\u{FFFF}\u{10FFFF}", "\r\n\u{85}"] {
                #expect(model.tokens(of: text).count <= model.longestText)
                let vector = try model.vector(of: text)
                #expect(vector.count == model.dimensions && vector.allSatisfy(\.isFinite))
            }
        }
    }

    @Test("a text of which something is left out is told from one that just fits", arguments: ModelFolder.allCases)
    func cut(_ folder: ModelFolder) throws {
        let tokenizer = try SentenceModel(folder.path).tokenizer
        let more = [String(repeating: "a cat, ", count: 20), "the mat   ", "ein <mask> hund"]
        let texts = try folder.expected.map(\.text) + more
        for text in texts {
            let whole = tokenizer.tokenized(text, limit: 100_000)
            #expect(!whole.isCut)
            for limit in 8...45 {
                let part = tokenizer.tokenized(text, limit: limit)
                #expect(part.isCut == (whole.ids.count > limit), "\(limit) of \(text)")
                #expect(part.ids.count == min(limit, whole.ids.count))
                #expect(part.ids.dropLast().elementsEqual(whole.ids.prefix(part.ids.count - 1)))
            }
        }
    }

    @Test("who asks for a model again gets the same one, until a file changes")
    func shared() throws {
        let copy = try ModelCopy(of: .bertF32)
        let first = try SentenceModel.shared(copy.path)
        #expect(try SentenceModel.shared(copy.path) === first)
        try copy.replace("\"hidden_act\": \"gelu\"", by: "\"hidden_act\": \"relu\"", in: "config.json")
        #expect(try SentenceModel.shared(copy.path) !== first)
    }

    @Test("numbers that are not in single precision are copied, others are used where they are")
    func memory() throws {
        let single = try SentenceModel(ModelFolder.bertF32.path)
        let half = try SentenceModel(ModelFolder.bertF16.path)
        #expect(single.memory.copied == 0 && single.memory.mapped > 40_000)
        #expect(half.memory.copied > 40_000)
    }
}
