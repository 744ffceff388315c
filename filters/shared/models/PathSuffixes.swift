import FilterAPI

/// The ends of paths that a filter for language models takes part in.
struct PathSuffixes: Sendable {
    /// The calls that name a model in their body.
    static let modelCalls = [
        "/completions", "/embeddings", "/images/generations", "/audio/speech", "/fine_tuning/jobs", "/moderations",
        "/image-synthesis", "/video-synthesis", "/rerank", "/messages", "/responses",
    ]

    private let suffixes: [[UInt8]]
    private let takesAll: Bool

    /// - Parameter suffixes: The ends; `*` takes every path.
    init(_ suffixes: [String]) {
        self.takesAll = suffixes.contains("*")
        self.suffixes = suffixes.map { Array($0.utf8) }
    }

    /// Whether the path of a request, without its query, ends so.
    func takes(_ request: RequestHead) -> Bool {
        if self.takesAll { return true }
        return request.withPathBytes { target in
            let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
            return self.suffixes.contains { suffix in
                suffix.count <= end && target[(end - suffix.count)..<end].elementsEqual(suffix)
            }
        }
    }
}

extension ConfigurationFields {
    /// Reads ends of paths.
    func pathSuffixes(_ key: String, default value: [String]) -> PathSuffixes {
        let suffixes = self.strings(key, default: value, help: "Ends of paths that it takes part in; * for every path.")
        if !self.isDescribing, suffixes.contains("") {
            self.error(at: key, "found an empty text; expected the end of a path, or \"*\" for every path")
        }
        return PathSuffixes(suffixes)
    }
}
