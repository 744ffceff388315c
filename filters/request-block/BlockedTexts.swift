import FilterAPI

/// What must not occur where.
struct BlockedTexts: Sendable {
    /// What the target must not be or hold; `nil` for nothing.
    let target: BlockedTargets?
    /// What no header field may hold.
    let field: TextSearch?
    /// What the body must not hold.
    let body: TextSearch?
}

/// What path and query together must not be or hold.
struct BlockedTargets: Sendable {
    private let exact: [[UInt8]]
    private let parts: TextSearch?
    private let patterns: [Pattern]
    private let isCaseSensitive: Bool

    /// Makes the rules; `nil` without any.
    init?(exact: [String], parts: [String], patterns: [Pattern], isCaseSensitive: Bool) {
        let exact = exact.filter { !$0.isEmpty }
        let search = TextSearch(parts, isCaseSensitive: isCaseSensitive)
        if exact.isEmpty, search == nil, patterns.isEmpty { return nil }
        self.exact = exact.map { Array((isCaseSensitive ? $0 : $0.lowercased()).utf8) }
        self.parts = search
        self.patterns = patterns
        self.isCaseSensitive = isCaseSensitive
    }

    /// Whether a target is forbidden.
    func matches(_ target: UnsafeRawBufferPointer) -> Bool {
        for exact in self.exact where self.isEqual(exact, target) { return true }
        if let parts = self.parts, parts.matches(target) { return true }
        for pattern in self.patterns where pattern.matches(target) { return true }
        return false
    }

    private func isEqual(_ exact: [UInt8], _ target: UnsafeRawBufferPointer) -> Bool {
        guard exact.count == target.count else { return false }
        var index = 0
        for byte in target {
            let isUpper = byte &- 0x41 < 26 && !self.isCaseSensitive
            if exact[index] != (isUpper ? byte | 0x20 : byte) { return false }
            index += 1
        }
        return true
    }
}
