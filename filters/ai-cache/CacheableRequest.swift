import FilterAPI

/// Which requests the cache has a say in.
enum CacheableRequest {
    /// Whether the client asks to leave the cache out: `x-higress-skip-ai-cache: on`, exactly.
    static func asksToSkip(_ headers: HeaderFields) -> Bool {
        headers.hasValue("on", for: .xHigressSkipAiCache)
    }

    /// Whether the path of a target belongs to a format whose questions and answers lie elsewhere than in chat completions.
    static func isOtherFormat(target: UnsafeRawBufferPointer) -> Bool {
        var end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        if end > 0, target[end - 1] == UInt8(ascii: "/") { end -= 1 }
        let path = UnsafeRawBufferPointer(rebasing: target[..<end])
        return path.hasSuffix("/v1/completions") || path.hasSuffix("/v1/responses") || path.hasSuffix("/v1/messages")
    }
}
