import FilterAPI

/// The content types that are worth compressing.
struct CompressibleTypes: Sendable {
    static let defaults = [
        "text/*", "application/json", "application/*+json", "application/x-ndjson", "application/javascript",
        "application/x-javascript", "application/xml", "application/*+xml", "application/wasm", "application/yaml",
    ]

    private let exact: Set<String>
    private let prefixes: [String]
    private let suffixes: [(prefix: String, suffix: String)]

    /// Makes the set from types, `TYPE/*` and `TYPE/*+SUFFIX`, in any case.
    init(_ types: [String]) {
        var exact: Set<String> = []
        var prefixes: [String] = []
        var suffixes: [(prefix: String, suffix: String)] = []
        for type in types.map({ $0.lowercased() }) {
            guard let star = type.firstIndex(of: "*") else {
                exact.insert(type)
                continue
            }
            let suffix = String(type[type.index(after: star)...])
            if suffix.isEmpty {
                prefixes.append(String(type[..<star]))
            } else {
                suffixes.append((String(type[..<star]), suffix))
            }
        }
        (self.exact, self.prefixes, self.suffixes) = (exact, prefixes, suffixes)
    }

    /// Whether a response of this `Content-Type` is worth it; events never are, since each has to leave at once.
    func contain(_ contentType: UnsafeRawBufferPointer) -> Bool {
        let end = contentType.firstIndex(of: UInt8(ascii: ";")) ?? contentType.endIndex
        let type = FieldList.trimmed(contentType[..<end])
        // Longer ones are nobody's; shorter ones are compared in place of a text on the heap.
        guard type.count <= 255, !FieldList.isEqual(type, "text/event-stream") else { return false }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { memory in
            var count = 0
            for byte in type {
                memory[count] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                count += 1
            }
            return self.contain(lowered: UnsafeBufferPointer(rebasing: memory[..<count]))
        }
    }

    private func contain(lowered type: UnsafeBufferPointer<UInt8>) -> Bool {
        for prefix in self.prefixes where type.starts(with: prefix.utf8) { return true }
        for exact in self.exact where exact.utf8.count == type.count && type.elementsEqual(exact.utf8) { return true }
        for (prefix, suffix) in self.suffixes where type.count >= prefix.utf8.count + suffix.utf8.count {
            if type.starts(with: prefix.utf8), type.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) { return true }
        }
        return false
    }
}
