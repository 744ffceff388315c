import FilterAPI

/// Which requests the cache has a say in.
enum CacheableRequest {
    /// Whether the client asks to leave the cache out: `x-higress-skip-ai-cache: on`, exactly.
    static func asksToSkip(_ headers: HeaderFields) -> Bool {
        headers.hasValue("on", for: .xHigressSkipAiCache)
    }

    /// Whether the body is announced as JSON that can be read here.
    static func isJSON(_ headers: HeaderFields) -> Bool {
        guard let type = headers[.contentType]?.lowercased() else { return false }
        let essence = type.prefix { $0 != ";" }.filter { !$0.isWhitespace }
        guard type.contains("application/json") || essence.hasSuffix("+json") else { return false }
        return ContentCoding(headerValue: headers.combinedValue(of: .contentEncoding)) == .identity
    }

    /// Whether a path belongs to a format whose questions and answers lie elsewhere than in chat completions.
    static func isOtherFormat(path: Substring) -> Bool {
        let path = path.hasSuffix("/") ? path.dropLast() : path
        if path.hasSuffix("/v1/completions") { return true }
        return path.hasSuffix("/v1/responses") || path.hasSuffix("/v1/messages")
    }
}
