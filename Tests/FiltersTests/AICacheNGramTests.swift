import FilterAPI
import Testing

@testable import BundledFilters

@Suite("ai-cache: ngram embedding")
struct AICacheNGramTests {
    private let vectors = NGramVectors(dimensions: 512)

    private func similarity(_ pair: WordingPair) throws -> Float {
        cosine(
            try #require(self.vectors.vector(of: pair.first)),
            try #require(self.vectors.vector(of: pair.second))
        )
    }

    private func read(_ json: String) throws -> any LocalEmbedder {
        let read = try ReadProvider(json) { NGramEmbedding.read($0) }
        guard let opener = read.opener, read.errors.isEmpty, case .local(let embedder) = try opener(.alone) else {
            throw NoProvider(errors: read.errors)
        }
        return embedder
    }

    @Test("a long text gets no vector, so that the event loop need not wait for it")
    func longTexts() throws {
        let embedder = try self.read("{}")
        let longest = String(repeating: "word ", count: 819)
        #expect(try !embedder.vector(of: longest).isEmpty)
        let error = #expect(throws: ProviderError.self) { try embedder.vector(of: longest + "12") }
        #expect(error?.message == "the text is longer than 4096 bytes")
    }

    @Test("the tutorial's wordings of one question are alike at any sensible threshold")
    func tutorial() throws {
        for pair in wordingPairs.prefix(3) { #expect(try self.similarity(pair) > 0.95, "\(pair)") }
    }

    @Test("at 0.85 no wrong pair is taken, and most right ones are but free paraphrases", arguments: [false, true])
    func labelledPairs(heldOut: Bool) throws {
        var accepted: [WordingPair.Kind: Int] = [:]
        let pairs = heldOut ? heldOutPairs : wordingPairs
        for pair in pairs where try self.similarity(pair) > 0.85 {
            accepted[pair.kind, default: 0] += 1
            #expect(pair.kind.isSame, "\(pair)")
        }
        let total = Dictionary(grouping: pairs, by: \.kind).mapValues(\.count)
        #expect(accepted[.surface] == total[.surface] && accepted[.reordered] == total[.reordered])
        #expect(accepted[.reworded, default: 0] * 2 >= total[.reworded, default: 0])
        #expect(accepted[.paraphrased] == nil)
    }

    @Test("the measured pairs are many, of all kinds and languages")
    func pairs() {
        #expect(wordingPairs.count >= 90 && Set(wordingPairs.map(\.kind)) == Set(WordingPair.Kind.allCases))
    }

    @Test(
        "differences that say nothing make no difference",
        arguments: [
            ("WHAT IS A STAR", "what is a star?!"), ("Caf\u{E9}", "cafe\u{301}"), ("ＡＩ１２", "ai12"),
            ("カフェ", "かふぇ"), ("ПРИВЕТ МИР", "привет мир"), ("ΣΟΦΟΣ", "σοφος"), ("٣", "3"), ("a\u{200B}b", "ab"),
            ("don’t", "don't"),
        ]
    )
    func folding(first: String, second: String) throws {
        #expect(self.vectors.vector(of: first) == self.vectors.vector(of: second))
        #expect(self.vectors.vector(of: first) != nil)
    }

    @Test(
        "words are told apart by script and kind",
        arguments: [
            ("gpt4o 是什么", ["gpt", "4", "o", "是什么"]), ("France's", ["france", "s"]), ("C++", ["c", "+", "+"]),
            ("don't", ["dont"]), ("l'eau", ["leau"]), ("  ", []), ("naïve Straße", ["naive", "strase"]),
        ]
    )
    func words(text: String, expected: [String]) {
        let folded = FoldedText(text)
        let words = folded.words.map { word in
            String(String.UnicodeScalarView(folded.scalars(of: word).compactMap { Unicode.Scalar($0) }))
        }
        #expect(words == expected)
    }

    @Test("vectors have length one and the configured number of dimensions", arguments: [64, 100, 512, 4096])
    func dimensions(count: Int) throws {
        let embedder = try self.read(#"{"dimensions":\#(count)}"#)
        for text in ["x", "What is a star?", "星", "🌟", String(repeating: "word ", count: 800)] {
            let vector = try embedder.vector(of: text)
            let length = vector.reduce(0) { $0 + $1 * $1 }
            #expect(vector.count == count && abs(length - 1) < 1e-4)
        }
    }

    @Test("a text in which there is nothing to compare is an error", arguments: ["", "  \n", "?!…", "\u{301}"])
    func blank(text: String) throws {
        let embedder = try self.read("{}")
        #expect(throws: ProviderError.self) { try embedder.vector(of: text) }
    }

    @Test("the vectors are the same on every machine and in every process")
    func golden() throws {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for text in ["What is a star? 星星是什么", "Apakah 3,5 % tidak cukup?"] {
            for number in try #require(self.vectors.vector(of: text)) {
                hash = (hash ^ UInt64(number.bitPattern)) &* 0x0000_0100_0000_01B3
            }
        }
        #expect(hash == 0xc6453a10cf47340b)
    }

    @Test("any text has a finite vector or none", arguments: 0..<20)
    func anyText(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let scalars = (0..<Int.random(in: 0..<60, using: &generator)).compactMap { _ in
                Unicode.Scalar(
                    UInt32.random(in: 0...(Bool.random(using: &generator) ? 0x2FF : 0x10FFFF), using: &generator)
                )
            }
            let text = String(String.UnicodeScalarView(scalars))
            let vector = self.vectors.vector(of: text)
            #expect(vector?.allSatisfy(\.isFinite) ?? true, "\(scalars)")
            #expect(vector == self.vectors.vector(of: text))
        }
    }

    @Test("keys out of their range are errors")
    func configuration() throws {
        #expect(try ReadProvider(#"{"dimensions":8}"#) { NGramEmbedding.read($0) }.errors.count == 1)
    }
}
