import FilterAPI

/// The configuration of `request-block`.
struct RequestBlockConfiguration: FilterConfiguration {
    let texts: BlockedTexts
    /// The most bytes of a body that is looked at; a longer one is answered with 413.
    let bodyLimit: Int
    let refusal: Refusing

    /// Bounds the table that a list is searched by.
    private static let greatestSize = 32_768
    private static let lists = ["block_urls", "block_exact_urls", "block_regexp_urls", "block_headers", "block_bodies"]

    init(_ fields: ConfigurationFields) {
        let isCaseSensitive = fields.bool(
            "case_sensitive",
            default: true,
            help: "Whether letters match only in the same case; names of header fields never have one."
        )
        let parts = fields.strings("block_urls", help: "Texts that path and query together must not hold.")
        let exact = fields.strings("block_exact_urls", help: "What path and query together must not be.")
        let patterns = fields.patterns(
            "block_regexp_urls",
            ignoresCase: !isCaseSensitive,
            help: "Regular expressions that must match nowhere in path and query."
        )
        let headers = fields.strings(
            "block_headers",
            help: "Texts that no name and no value of a header field may hold."
        )
        let bodies = fields.strings("block_bodies", help: "Texts that the body must not hold.")
        self.bodyLimit = fields.size(
            "max_request_body_bytes",
            in: 1...(32 << 20),
            default: 1 << 20,
            help: "The longest body that is looked at with block_bodies; a longer one is answered with 413."
        )
        self.refusal = Refusing(blockedIn: fields)
        self.texts = BlockedTexts(
            target: BlockedTargets(exact: exact, parts: parts, patterns: patterns, isCaseSensitive: isCaseSensitive),
            field: TextSearch(headers, isCaseSensitive: isCaseSensitive),
            body: TextSearch(bodies, isCaseSensitive: isCaseSensitive)
        )
        guard !fields.isDescribing else { return }
        if !Self.lists.contains(where: { fields.has($0) }) {
            fields.error("found nothing to block; expected at least one of \(Self.lists.joined(separator: ", "))")
        }
        for (key, texts) in [
            ("block_urls", parts), ("block_exact_urls", exact), ("block_headers", headers), ("block_bodies", bodies),
        ] {
            for (index, text) in texts.enumerated() where text.isEmpty {
                fields.error(at: key, item: index, "found an empty text, which occurs everywhere; expected a text")
            }
            let size = texts.reduce(0) { $0 + $1.utf8.count }
            if size > Self.greatestSize {
                fields.error(at: key, "found texts of \(size) bytes; expected at most \(Self.greatestSize) in all")
            }
        }
    }
}
