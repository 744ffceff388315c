import FilterAPI

/// Whether the cache answers, or only watches: `mode`.
enum CacheMode: String, Sendable, CaseIterable {
    /// Hits are answered.
    case cache
    /// Every request goes upstream; what would have been answered is compared with the fresh answer.
    case shadow
}

/// Where observations are kept: `observations`.
struct ObservationSettings: Sendable, Hashable {
    static let usualKeep = 10_000
    static let usualMaximumBytes = 64 << 20

    /// The file that they are appended to; `nil` for none.
    var path: String?
    /// How large the file may become before another one takes its place.
    var maximumBytes = usualMaximumBytes
    /// How many are kept in memory.
    var keep = usualKeep
    /// Whether the file has questions and answers too.
    var hasTexts = false

    init() {}

    fileprivate init(path text: String) throws(ConfigurationMistake) {
        if text.isEmpty { throw ConfigurationMistake("expected a path") }
        self.path = text
    }

    fileprivate init(_ fields: ConfigurationFields) {
        self.path = fields.parsed("path", help: "The file that observations are appended to; default: none.") {
            (text) throws(ConfigurationMistake) in
            if text.isEmpty { throw ConfigurationMistake("expected a path") }
            return text
        }
        self.maximumBytes = fields.size(
            "maxBytes",
            in: (64 << 10)...(1 << 40),
            default: Self.usualMaximumBytes,
            help: "How large the file may become; then it is renamed to PATH.1 and begins anew."
        )
        self.keep = fields.integer(
            "keep",
            in: 1...1_000_000,
            default: Self.usualKeep,
            help: "How many observations are kept in memory."
        )
        self.hasTexts = fields.bool(
            "texts",
            default: false,
            help: "Write questions and answers into the file too, in clear text."
        )
        if self.hasTexts, self.path == nil, !fields.isDescribing {
            fields.error(at: "texts", "found true without \"path\"; texts are kept in the file alone")
        }
    }
}

extension ConfigurationFields {
    /// Reads `mode`.
    func cacheMode() -> CacheMode {
        self.choice(
            "mode",
            default: CacheMode.cache,
            help: "shadow asks the upstream every time and observes what the cache would have answered."
        )
    }

    /// Reads `observations`: a path, or a mapping.
    ///
    /// - Parameter isUsed: Whether there is anything to observe.
    /// - Returns: nil when they are not given.
    func observationSettings(isUsed: Bool) -> ObservationSettings? {
        let settings = self.alternatives(
            "observations",
            help: "Where observations are kept: a path, or the keys below.",
            scalar: { (text) throws(ConfigurationMistake) in try ObservationSettings(path: text) },
            object: { ObservationSettings($0) }
        )
        if settings != nil, !isUsed {
            self.warning(at: "observations", "has no effect without \"mode: shadow\" or \"maxErrorRate\" in \"vector\"")
        }
        return settings
    }
}
