import FilterAPI

/// What the directives of `Cache-Control` ask of the cache.
///
/// Source: RFC 9111, sections 5.2.1 and 5.2.2.
struct CacheControlRules: Sendable, Hashable {
    /// Nothing of this exchange may be stored.
    private(set) var forbidsStoring = false
    /// No stored answer may serve the request.
    private(set) var forbidsServing = false
    /// The greatest age of a stored answer in seconds.
    private(set) var maximumAge: Int?

    /// No rules.
    init() {}

    /// Reads all `Cache-Control` fields.
    init(_ headers: HeaderFields) {
        guard headers.contains(.cacheControl), let value = headers.combinedValue(of: .cacheControl) else { return }
        for directive in value.split(separator: ",") { self.read(directive) }
    }

    private mutating func read(_ directive: Substring) {
        let parts = directive.split(separator: "=", maxSplits: 1).map { part in
            part.filter { !$0.isWhitespace && $0 != "\"" }.lowercased()
        }
        switch parts.first {
        case "no-store":
            self.forbidsStoring = true
            self.forbidsServing = true
        case "no-cache": self.forbidsServing = true
        case "max-age":
            guard parts.count == 2, let age = Int(parts[1]), age >= 0 else { return }
            self.maximumAge = min(age, self.maximumAge ?? age)
        default: break
        }
    }

    /// Whether an answer of that age in seconds may serve; one of unknown age may only if no age is asked for.
    func allowsServing(age: Int?) -> Bool {
        guard let maximumAge else { return !self.forbidsServing }
        return !self.forbidsServing && (age ?? Int.max) <= maximumAge && maximumAge > 0
    }
}
