import TestSupport
import Testing

@testable import SentenceEncoder

/// Directories with something wrong in them: an error that names file and field, and never a trap.
@Suite("Damaged models")
struct DamagedModelTests {
    @Test(
        "a missing file is named",
        arguments: [
            ("config.json", "config.json: missing; expected "), ("model.safetensors", "model.safetensors: missing"),
            ("vocab.txt", "tokenizer.json: missing, and so is vocab.txt"),
            ("1_Pooling/config.json", "1_Pooling/config.json: missing"),
        ]
    )
    func missing(file: String, words: String) throws {
        let copy = try ModelCopy(of: .bertF32)
        try copy.remove(file)
        #expect(try #require(copy.error).hasPrefix(words))
    }

    @Test("an empty file is named", arguments: ["config.json", "model.safetensors", "vocab.txt", "modules.json"])
    func empty(file: String) throws {
        let copy = try ModelCopy(of: .bertF32)
        try copy.write([], to: file)
        #expect(copy.error == "\(file): found an empty file")
    }

    @Test("there is no such directory")
    func noDirectory() {
        #expect(throws: ModelError.self) { try SentenceModel("/nowhere/at/all") }
        #expect(throws: ModelError.self) { try SentenceModel(ModelFolder.bertF32.path + "/config.json") }
    }

    /// What is replaced in a file, and how the error begins.
    struct Damage: Sendable, CustomTestStringConvertible {
        let file: String
        let old: String
        let new: String
        let words: String
        var model = ModelFolder.bertF32
        var testDescription: String { self.words }
    }

    @Test(
        "what does not fit is named with its field",
        arguments: [
            Damage(
                file: "config.json",
                old: "\"bert\"",
                new: "\"mpnet\"",
                words: "config.json: model_type: found \"mpnet\"; expected one of bert, distilbert, roberta"
            ),
            Damage(
                file: "config.json",
                old: "\"gelu\"",
                new: "\"swish\"",
                words: "config.json: hidden_act: found \"swish\"; expected gelu"
            ),
            Damage(
                file: "config.json",
                old: "\"hidden_size\": 24",
                new: "\"hidden_size\": 0",
                words: "config.json: hidden_size: expected a whole number from 1 to 8192"
            ),
            Damage(
                file: "config.json",
                old: "\"hidden_size\": 24",
                new: "\"hidden_size\": 48",
                words: "1_Pooling/config.json: word_embedding_dimension: found 24; expected 48, as in config.json"
            ),
            Damage(
                file: "config.json",
                old: "\"num_attention_heads\": 3",
                new: "\"num_attention_heads\": 5",
                words: "config.json: num_attention_heads: found 5; expected a divisor of the 24"
            ),
            Damage(
                file: "config.json",
                old: "\"num_hidden_layers\": 2",
                new: "\"num_hidden_layers\": 3",
                words: "model.safetensors: encoder.layer.2.attention.self.query.weight: missing tensor"
            ),
            Damage(
                file: "config.json",
                old: "\"intermediate_size\": 40",
                new: "\"intermediate_size\": 41",
                words:
                    "model.safetensors: encoder.layer.0.intermediate.dense.weight: found the shape [40, 24]; expected [41, 24]"
            ),
            Damage(
                file: "config.json",
                old: "\"vocab_size\": ",
                new: "\"vocab_sizes\": ",
                words: "config.json: missing \"vocab_size\""
            ),
            Damage(
                file: "config.json",
                old: "\"is_decoder\": false",
                new: "\"is_decoder\": true",
                words: "config.json: is_decoder: found true; expected false"
            ),
            Damage(
                file: "config.json",
                old: "1e-12",
                new: "1e39",
                words: "config.json: layer_norm_eps: found 1e+39; expected a number from 1e-15 to 1e-3"
            ),
            Damage(
                file: "config.json",
                old: "1e-12",
                new: "0",
                words: "config.json: layer_norm_eps: found 0.0; expected a number from 1e-15 to 1e-3"
            ),
            Damage(
                file: "config.json",
                old: "{",
                new: "{,",
                words: "config.json: found a mistake of syntax near byte 0;"
            ),
            Damage(
                file: "modules.json",
                old: "models.Normalize",
                new: "models.Dense",
                words: "modules.json: [2].type: found \"sentence_transformers.models.Dense\"; expected Transformer"
            ),
            Damage(
                file: "1_Pooling/config.json",
                old: "true",
                new: "false",
                words: "1_Pooling/config.json: found 0 ways of pooling; expected one"
            ),
            Damage(file: "vocab.txt", old: "[CLS]", new: "[ABC]", words: "vocab.txt: missing the token [CLS]"),
            Damage(
                file: "vocab.txt",
                old: "##chen",
                new: "##chen\n##more",
                words: "vocab.txt: found a token with the id 98; expected less than vocab_size 98 of config.json"
            ),
            Damage(
                file: "tokenizer.json",
                old: "\"Unigram\"",
                new: "\"BPE\"",
                words: "tokenizer.json: model.type: found \"BPE\"; expected WordPiece or Unigram",
                model: .xlmRobertaF32
            ),
            Damage(
                file: "tokenizer.json",
                old: "\"WhitespaceSplit\"",
                new: "\"Digits\"",
                words: "tokenizer.json: pre_tokenizer.pretokenizers[0]: found Digits; expected WhitespaceSplit",
                model: .xlmRobertaF32
            ),
            Damage(
                file: "tokenizer.json",
                old: "\"Precompiled\"",
                new: "\"Nmt\"",
                words: "tokenizer.json: normalizer.normalizers[0]: found Nmt; expected Sequence",
                model: .xlmRobertaF32
            ),
            Damage(
                file: "tokenizer.json",
                old: "\"unk_id\": 3",
                new: "\"unk_id\": 3000",
                words: "tokenizer.json: model.vocab: found no piece with the number of \"unk_id\"",
                model: .xlmRobertaF32
            ),
            Damage(
                file: "tokenizer.json",
                old: "\"▁hund\"",
                new: "\"\(String(repeating: "hund", count: 200))\"",
                words: "tokenizer.json: model.vocab[26]: found a piece of 800 bytes; expected at most 512",
                model: .xlmRobertaF32
            ),
            Damage(
                file: "tokenizer.json",
                old: "\"content\": \" \"",
                new: "\"content\": \"\(String(repeating: " ", count: 65))\"",
                words: "tokenizer.json: normalizer.normalizers[1].content: found 65 bytes; expected at most 64",
                model: .xlmRobertaF32
            ),
        ]
    )
    func damage(_ damage: Damage) throws {
        let copy = try ModelCopy(of: damage.model)
        try copy.replace(damage.old, by: damage.new, in: damage.file)
        let error = try #require(copy.error)
        #expect(error.hasPrefix(damage.words), "\(error)")
    }

    @Test("a file of tensors that is cut off anywhere is an error")
    func cutOff() throws {
        let copy = try ModelCopy(of: .bertF32)
        let whole = try copy.bytes(of: "model.safetensors")
        for length in [1, 7, 8, 9, 100, whole.count / 2, whole.count - 1] {
            try copy.write(Array(whole.prefix(length)), to: "model.safetensors")
            #expect(try #require(copy.error).hasPrefix("model.safetensors: "))
        }
    }

    @Test(
        "a table of tensors that lies is an error",
        arguments: [
            #"{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, #"{"a":{"dtype":"F32","shape":1}}"#, #"{"a":1}"#,
            #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        ]
    )
    func lies(table: String) throws {
        let copy = try ModelCopy(of: .bertF32)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: table.utf8.count >> (8 * $0)) }
        try copy.write(length + Array(table.utf8) + [0, 0, 0, 0], to: "model.safetensors")
        #expect(try #require(copy.error).hasPrefix("model.safetensors: a: "))
    }

    @Test("numbers that are none are an error")
    func notFinite() throws {
        let copy = try ModelCopy(of: .bertF32)
        var bytes = try copy.bytes(of: "model.safetensors")
        for index in (bytes.count / 2)..<bytes.count { bytes[index] = 0xFF }
        try copy.write(bytes, to: "model.safetensors")
        #expect(copy.error == "model.safetensors: the vector of a text is not finite; the numbers are damaged")
    }

    @Test("damage at random is an error or a model that gives vectors", arguments: ModelFolder.allCases)
    func random(_ folder: ModelFolder) throws {
        let copy = try ModelCopy(of: folder)
        let tokenizer = folder == .xlmRobertaF32 ? "tokenizer.json" : "vocab.txt"
        var random = SeededRandom(seed: 11)
        for file in ["config.json", tokenizer, "model.safetensors", "1_Pooling/config.json", "modules.json"] {
            let whole = try copy.bytes(of: file)
            // The numbers of a tensor may be anything; its table is where damage matters.
            let length = min(whole.count, 6000)
            for _ in 0..<60 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<length, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes[place] = [0x30, 0x39, 0x22, 0x7B, 0x5D, 0x2D].randomElement(using: &random) ?? 0
                    default: bytes.remove(at: place)
                    }
                }
                try copy.write(bytes, to: file)
                if let model = try? SentenceModel(copy.path) {
                    #expect(try model.vector(of: "The cat sat, 2 + 2? 猫🙂").count == model.dimensions)
                }
            }
            try copy.write(whole, to: file)
        }
    }
}
