import Testing

@testable import SentenceEncoder

/// Files that are read without a mistake and would make the kernels leave their memory, or all texts alike.
@Suite("Models that are not to be trusted")
struct UntrustedModelTests {
    private static let tensors = "model.safetensors"

    /// A copy of the model whose tokenizer puts so many tokens behind every text.
    private func copy(tokensBehind count: Int, longest: Int? = nil) throws -> ModelCopy {
        let copy = try ModelCopy(of: .xlmRobertaF32)
        let ids = Array(repeating: "2", count: count).joined(separator: ",")
        try copy.replace("\"ids\": [\n          2\n        ]", by: "\"ids\": [\(ids)]", in: "tokenizer.json")
        if let longest {
            try copy.write(Array("{\"max_seq_length\": \(longest)}".utf8), to: "sentence_bert_config.json")
        }
        return copy
    }

    @Test(
        "more tokens around a text than a text may have are an error",
        arguments: [(100, nil, 101, 40), (1000, nil, 1001, 40), (39, nil, 40, 40), (9, 8, 10, 8), (7, 8, 8, 8)]
            as [(Int, Int?, Int, Int)]
    )
    func surroundings(behind: Int, longest: Int?, found: Int, limit: Int) throws {
        let error = try #require(try self.copy(tokensBehind: behind, longest: longest).error)
        #expect(
            error
                == "tokenizer.json: post_processor.special_tokens: found \(found) tokens around every text; "
                + "expected fewer than the \(limit) that a text may have"
        )
    }

    @Test("with room for two tokens of a text none is too many")
    func twoTokens() throws {
        let copy = try self.copy(tokensBehind: 5, longest: 8)
        let model = try withExtendedLifetime(copy) { try SentenceModel(copy.path) }
        #expect(model.tokens(of: "the cat sat on the mat").count == 8)
        #expect(try model.vector(of: "the cat sat on the mat").count == model.dimensions)
    }

    @Test("with room for one token, which is that of a word's beginning, all texts are the same")
    func oneToken() throws {
        let copy = try self.copy(tokensBehind: 6, longest: 8)
        #expect(try #require(copy.error).hasPrefix("model.safetensors: two texts have the same vector; "))
    }

    @Test("a tokenizer never gives more tokens than it is asked for", arguments: [0, 1, 8, 100, 101, 102])
    func clamp(limit: Int) throws {
        let copy = try self.copy(tokensBehind: 100)
        let tokenizer = try withExtendedLifetime(copy) {
            try TokenizerFile(ModelDirectory(copy.path).json("tokenizer.json")).tokenizer()
        }
        #expect(tokenizer.tokenized("the cat sat on the mat", limit: limit).ids.count == limit)
    }

    @Test(
        "tokens that the model has no numbers for are an error before anything is computed",
        arguments: [
            [], [98], [-1], [Int32.max], Array(repeating: 5, count: 41), Array(repeating: 5, count: 11),
        ] as [[Int32]]
    )
    func tokens(ids: [Int32]) throws {
        let model = try SentenceModel(ModelFolder.bertF32.path)
        let workspace = Workspace(model.network.shape, longest: ids.count == 11 ? 10 : 100)
        #expect(throws: EncodingError.tokensOutOfRange) { try model.network.run([[5], ids], workspace) }
        #expect(workspace.tokens == 0)
    }

    @Test("texts longer than 8,192 tokens do not count, whatever the files say")
    func longest() throws {
        let copy = try ModelCopy(of: .bertF32)
        try copy.remove("tokenizer_config.json")
        try copy.replace("_embeddings\": 40", by: "_embeddings\": 65536", in: "config.json")
        #expect(try self.limits(copy).tokens == 8192)
    }

    @Test("a network for which a thread would need more than a gigabyte is an error")
    func memory() throws {
        let copy = try ModelCopy(of: .bertF32)
        try copy.remove("tokenizer_config.json")
        for (old, new) in [
            ("_embeddings\": 40", "_embeddings\": 65536"), ("hidden_size\": 24", "hidden_size\": 8192"),
            ("_heads\": 3", "_heads\": 4"), ("intermediate_size\": 40", "intermediate_size\": 65536"),
        ] { try copy.replace(old, by: new, in: "config.json") }
        let error = #expect(throws: ModelError.self) { try self.limits(copy) }
        #expect(error?.field == "max_position_embeddings" && error?.file == "config.json")
        #expect(error?.message.contains("found texts of 8192 tokens") == true)
        try copy.write(Array("{\"max_seq_length\": 512}".utf8), to: "sentence_bert_config.json")
        #expect(try self.limits(copy).tokens == 512)
    }

    private func limits(_ copy: ModelCopy) throws -> TextLimits {
        let directory = try ModelDirectory(copy.path)
        return try TextLimits(directory, NetworkShape(directory.json("config.json")))
    }

    @Test(
        "two tensors in one place are an error",
        arguments: [("[0,8]", "[4,8]"), ("[0,8]", "[0,4]"), ("[4,12]", "[8,12]")]
    )
    func overlap(wide: String, narrow: String) throws {
        let table =
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":\(wide)},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":\(narrow)}}"
        let copy = try ModelCopy(of: .bertF32)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: table.utf8.count >> (8 * $0)) }
        try copy.write(length + Array(table.utf8) + Array(repeating: 0, count: 12), to: Self.tensors)
        #expect(try #require(copy.error).contains("\"data_offsets\" overlaps with that of "))
    }

    @Test("numbers from which every text gets the same vector, or none, are an error")
    func sameVectors() throws {
        let copy = try ModelCopy(of: .bertF32)
        let norm = "encoder.layer.1.output.LayerNorm."
        try self.clear(norm + "weight", of: copy)
        #expect(try #require(copy.error).hasPrefix("model.safetensors: two texts have the same vector; "))
        try self.clear(norm + "bias", of: copy)
        #expect(copy.error == "model.safetensors: the vector of a text is all zeros; the numbers are damaged")
    }

    /// Makes all numbers of a tensor zero.
    private func clear(_ name: String, of copy: ModelCopy) throws {
        let file = try SafeTensors(ModelDirectory(copy.path).map(Self.tensors), name: Self.tensors)
        let range = try #require(file.entries[name]).range
        var bytes = try copy.bytes(of: Self.tensors)
        bytes.replaceSubrange(range, with: Array(repeating: 0, count: range.count))
        try copy.write(bytes, to: Self.tensors)
    }
}
