import FilterAPI

/// Which requests the cache has a say in.
enum CacheableRequest {
    /// Whether the client asks to leave the cache out: `x-higress-skip-ai-cache: on`, exactly.
    static func asksToSkip(_ headers: HeaderFields) -> Bool {
        headers.hasValue("on", for: .xHigressSkipAiCache)
    }

    /// Whether the path of a target belongs to a format whose questions and answers lie elsewhere than in chat completions.
    static func isOtherFormat(target: UnsafeRawBufferPointer) -> Bool {
        let path = self.path(of: target)
        return path.hasSuffix("/v1/completions") || path.hasSuffix("/v1/responses") || path.hasSuffix("/v1/messages")
    }

    /// What the path of a target says about the meaning of a body: nothing for chat completions, else the path itself.
    ///
    /// Chat completions say all in the body, wherever they are offered. Under another path the same body is in another
    /// format, and where the path names a deployment it is the one that tells the model.
    static func format(target: UnsafeRawBufferPointer) -> String {
        let path = self.path(of: target)
        if path.count == self.usualPathLength, path.hasSuffix("/v1/chat/completions") { return "" }
        let text = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
        guard path.hasSuffix("/chat/completions") else { return text }
        let words = text.lowercased().split(separator: "/")
        return words.contains { self.modelFolders.contains(String($0)) } ? text : ""
    }

    /// The length of the path that is told without making a text of it.
    private static let usualPathLength = "/v1/chat/completions".utf8.count
    /// The words in a path behind which services expect the name of a model.
    private static let modelFolders: Set<String> = ["deployments", "endpoints", "models"]

    /// The path without query and without a slash at its end.
    private static func path(of target: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        if end > 0, target[end - 1] == UInt8(ascii: "/") { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: target[..<end])
    }
}
