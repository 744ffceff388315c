/// A sentence encoder read from a directory: tokenizer, network and pooling.
///
/// The directory is laid out as sentence-transformers does it: `config.json`, `tokenizer.json` or `vocab.txt`,
/// `model.safetensors`, and, where there are, `modules.json` with the folders that it names, `sentence_bert_config.json`,
/// `tokenizer_config.json`. BERT, DistilBERT, RoBERTa, XLM-RoBERTa and CamemBERT are known; tokenizers WordPiece and Unigram.
public final class SentenceModel: Sendable {
    /// What the model takes of the machine's memory.
    public struct Memory: Sendable, Hashable {
        /// Bytes of the file that are mapped; the system keeps what is used, for all processes together.
        public let mapped: Int
        /// Bytes of tensors that were copied, because they are not in single precision in the file.
        public let copied: Int
    }

    /// Where it was read.
    public let path: String
    /// How many numbers a vector has.
    public var dimensions: Int { self.network.shape.hidden }
    /// How many tokens of a text count, those that stand around every text included.
    public let longestText: Int
    /// What the model takes of memory, without what threads need to work with.
    public let memory: Memory
    /// The loops that it computes with.
    public var kernels: Kernels { self.network.kernels }
    let tokenizer: Tokenizer
    let network: Network
    private let pooling: Pooling
    private let lowersCase: Bool

    /// - Parameters:
    ///   - path: The directory.
    ///   - kernels: The loops; default: the fastest.
    /// - Throws: ``ModelError`` with file and field when something is missing, damaged or not known here.
    public init(_ path: String, kernels: Kernels? = nil) throws(ModelError) {
        let directory = try ModelDirectory(path)
        let shape = try NetworkShape(directory.json("config.json"))
        self.path = path
        let tokenizer = try Tokenizer.read(directory, vocabulary: shape.vocabulary)
        self.tokenizer = tokenizer
        self.pooling = try Pooling(directory, hidden: shape.hidden)
        let limits = try TextLimits(directory, shape)
        self.longestText = limits.tokens
        try Self.checkSurroundings(tokenizer, limits)
        self.lowersCase = limits.lowersCase
        let name = "model.safetensors"
        let file = try SafeTensors(directory.map(name), name: name)
        let weights = try NetworkWeights(file, shape)
        self.memory = Memory(mapped: file.file.bytes.count, copied: weights.allocatedBytes)
        guard let kernels = kernels ?? Kernels.usable.first else {
            throw ModelError(file: "", "this processor runs none of the kernels")
        }
        self.network = Network(shape: shape, weights: weights, kernels: kernels)
        try self.checkVectors(name)
    }

    /// The ids of a text's tokens, at most ``longestText`` of them.
    public func tokens(of text: String) -> [Int32] { self.tokenized(text).ids }

    /// The ids of a text's tokens, and whether these are all.
    func tokenized(_ text: String) -> TokenizedText {
        self.tokenizer.tokenized(self.lowersCase ? text.lowercased() : text, limit: self.longestText)
    }

    /// The vector of a text, on the thread that asks; of a text with too many tokens, that of its front.
    ///
    /// - Throws: ``EncodingError/tokensOutOfRange``.
    public func vector(of text: String) throws(EncodingError) -> [Float] {
        let workspace = Workspace(self.network.shape, longest: self.longestText)
        return try self.vectors(of: [self.tokens(of: text)], workspace).first ?? []
    }

    /// The vectors of several texts.
    ///
    /// - Parameters:
    ///   - texts: The tokens of each, as ``tokens(of:)`` gives them.
    ///   - workspace: Room for the numbers between.
    /// - Throws: ``EncodingError/tokensOutOfRange``.
    func vectors(of texts: [[Int32]], _ workspace: Workspace) throws(EncodingError) -> [[Float]] {
        guard texts.allSatisfy({ !$0.isEmpty }) else {
            // A tokenizer without tokens around texts makes none of an empty one.
            let filled = texts.enumerated().filter { !$0.element.isEmpty }
            var vectors = Array(repeating: [Float](repeating: 0, count: self.dimensions), count: texts.count)
            guard !filled.isEmpty else { return vectors }
            let found = try self.vectors(of: filled.map(\.element), workspace)
            for (place, vector) in zip(filled.map(\.offset), found) {
                vectors[place] = vector
            }
            return vectors
        }
        try self.network.run(texts, workspace)
        var start = 0
        return texts.map { text in
            defer { start += text.count * self.dimensions }
            let tokens = UnsafeBufferPointer(start: workspace.state + start, count: text.count * self.dimensions)
            return self.pooling.vector(of: tokens, hidden: self.dimensions)
        }
    }
}

extension SentenceModel {
    /// Refuses a tokenizer that puts so much around every text that nothing of the text is left.
    private static func checkSurroundings(_ tokenizer: Tokenizer, _ limits: TextLimits) throws(ModelError) {
        let count = tokenizer.front.count + tokenizer.back.count
        guard count < limits.tokens else {
            throw ModelError(
                file: "tokenizer.json",
                field: "post_processor.special_tokens",
                "found \(count) tokens around every text; expected fewer than the \(limits.tokens) that a text may have"
            )
        }
    }

    /// Refuses numbers from which no text, or every text, gets the same.
    ///
    /// - Parameter file: The file of the numbers.
    private func checkVectors(_ file: String) throws(ModelError) {
        var vectors: [[Float]] = []
        for text in ["a", "what is 2 + 2?"] {
            do throws(EncodingError) {
                vectors.append(try self.vector(of: text))
            } catch {
                throw ModelError(file: file, "\(error)")
            }
        }
        guard vectors.joined().allSatisfy(\.isFinite) else {
            throw ModelError(file: file, "the vector of a text is not finite; the numbers are damaged")
        }
        let sizes = vectors.map { vector in vector.reduce(Float(0)) { max($0, abs($1)) } }
        guard sizes.allSatisfy({ $0 > 0 }) else {
            throw ModelError(file: file, "the vector of a text is all zeros; the numbers are damaged")
        }
        let distance = zip(vectors[0], vectors[1]).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        guard distance > 1e-5 * (sizes.max() ?? 0) else {
            let reason = "the numbers are damaged, or too few tokens of a text count"
            throw ModelError(file: file, "two texts have the same vector; \(reason)")
        }
    }
}
