import FilterAPI

/// One header field with a value, and the filters that it keeps out.
///
/// An object, so that looking at a rule for each request copies nothing.
final class SkipRule: Sendable {
    let header: HeaderName
    let value: String
    /// Names of entries or filters.
    let filters: [String]
    /// Whether the field goes no further.
    let removesHeader: Bool

    init(header: HeaderName, value: String, filters: [String], removesHeader: Bool) {
        self.header = header
        self.value = value
        self.filters = filters
        self.removesHeader = removesHeader
    }

    /// The rule that holds when no rules are given.
    static func standard(removesHeader: Bool) -> SkipRule {
        SkipRule(header: .xHigressSkipAiCache, value: "on", filters: ["ai-cache"], removesHeader: removesHeader)
    }

    /// Whether one of the fields of that name has exactly this value.
    func matches(_ headers: HeaderFields) -> Bool {
        guard headers.contains(self.header) else { return false }
        var matches = false
        headers.forEachValue(of: self.header) { bytes in
            if bytes.elementsEqual(self.value.utf8) { matches = true }
        }
        return matches
    }
}
