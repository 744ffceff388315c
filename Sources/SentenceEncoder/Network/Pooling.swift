/// How the vectors of tokens become the one of the sentence: `modules.json` and the folders that it names.
struct Pooling: Sendable, Hashable {
    /// What is taken of the tokens.
    enum Mode: Sendable, Hashable {
        /// The first token.
        case first
        /// The mean of all.
        case mean
        /// The greatest of each number.
        case greatest
        /// The sum of all by the root of their number.
        case meanByRoot
    }

    let mode: Mode
    /// Whether the vector is brought to length 1.
    let normalizes: Bool

    /// Reads the modules; without `modules.json` it is the mean, as sentence-transformers does it, at length 1.
    init(_ directory: ModelDirectory, hidden: Int) throws(ModelError) {
        guard let modules = try directory.jsonIfPresent("modules.json") else {
            self.mode = .mean
            self.normalizes = true
            return
        }
        var mode: Mode?
        var normalizes = false
        guard modules.isArray else { throw modules.error("expected a list of modules") }
        for (place, module) in modules.elements.enumerated() {
            let type = try module.requiredString("type")
            switch type.split(separator: ".").last {
            case "Transformer" where place == 0: try Self.checkPath(module)
            case "Pooling" where mode == nil && place > 0:
                mode = try Self.mode(directory.json(Self.file(of: module)), hidden: hidden)
            case "Normalize" where mode != nil: normalizes = true
            default:
                throw try module.required("type").error(
                    "found \"\(type)\"; expected Transformer, then Pooling, then Normalize or nothing"
                )
            }
        }
        guard let mode else { throw modules.error("no module is a Pooling") }
        self.mode = mode
        self.normalizes = normalizes
    }

    private static func checkPath(_ module: JSONValue) throws(ModelError) {
        let path = try module.string("path") ?? ""
        guard path.isEmpty else {
            throw try module.required("path").error("found \"\(path)\"; expected the model in the directory itself")
        }
    }

    private static func file(of module: JSONValue) throws(ModelError) -> String {
        let path = try module.requiredString("path")
        guard !path.isEmpty, !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw try module.required("path").error("found \"\(path)\"; expected a folder of the model")
        }
        return path + "/config.json"
    }

    private static func mode(_ config: JSONValue, hidden: Int) throws(ModelError) -> Mode {
        if let size = config.member("word_embedding_dimension"), size.integer != hidden {
            throw size.error(
                "found \(size.integer.map { "\($0)" } ?? "something else"); expected \(hidden), as in config.json"
            )
        }
        if let name = config.member("pooling_mode") {
            guard let mode = Self.names[name.string ?? ""] else {
                throw name.error("expected one of \(Self.names.keys.sorted().joined(separator: ", "))")
            }
            return mode
        }
        var modes: [Mode] = []
        for (name, mode) in Self.flags where try config.bool(name, default: false) { modes.append(mode) }
        for name in ["pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"] {
            guard try !config.bool(name, default: false) else {
                throw try config.required(name).error("found true; expected the first token, the mean or the greatest")
            }
        }
        guard let mode = modes.first, modes.count == 1 else {
            throw config.error("found \(modes.count) ways of pooling; expected one")
        }
        return mode
    }

    private static let names: [String: Mode] = [
        "cls": .first, "mean": .mean, "max": .greatest, "mean_sqrt_len_tokens": .meanByRoot,
    ]

    private static let flags: [(String, Mode)] = [
        ("pooling_mode_cls_token", .first), ("pooling_mode_mean_tokens", .mean),
        ("pooling_mode_max_tokens", .greatest), ("pooling_mode_mean_sqrt_len_tokens", .meanByRoot),
    ]
}

extension Pooling {
    /// The vector of a sentence.
    ///
    /// - Parameters:
    ///   - tokens: The vectors of its tokens, one behind the other; at least one.
    ///   - hidden: How many numbers each has.
    func vector(of tokens: UnsafeBufferPointer<Float>, hidden: Int) -> [Float] {
        var vector = Array(tokens.prefix(hidden))
        let count = tokens.count / hidden
        if self.mode != .first {
            for token in 1..<max(count, 1) {
                let row = UnsafeBufferPointer(rebasing: tokens[(token * hidden)..<((token + 1) * hidden)])
                if self.mode == .greatest {
                    for place in 0..<hidden { vector[place] = max(vector[place], row[place]) }
                } else {
                    for place in 0..<hidden { vector[place] += row[place] }
                }
            }
        }
        switch self.mode {
        case .first, .greatest: break
        case .mean: Self.scale(&vector, by: 1 / Float(count))
        case .meanByRoot: Self.scale(&vector, by: 1 / Float(count).squareRoot())
        }
        if self.normalizes {
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            Self.scale(&vector, by: 1 / max(length, 1e-12))
        }
        return vector
    }

    private static func scale(_ vector: inout [Float], by factor: Float) {
        for place in vector.indices { vector[place] *= factor }
    }
}
