import FilterAPI

/// Which requests the authority is asked about.
struct MatchList: Sendable {
    /// What a rule that matches says.
    enum Mode: String, CaseIterable, Sendable {
        /// The request passes without being asked about.
        case whitelist
        /// The request is asked about; all others pass.
        case blacklist
    }

    /// One rule; all its conditions have to hold.
    struct Rule: Sendable {
        let domain: DomainPattern?
        let methods: [HTTPMethod]
        let path: TextMatcher?

        func matches(_ request: RequestHead) -> Bool {
            if !self.methods.isEmpty, !self.methods.contains(request.method) { return false }
            if let path, !request.withPathBytes({ path.matches($0.beforeQuery) }) { return false }
            guard let domain else { return true }
            return request.withHostBytes { domain.matches($0) }
        }
    }

    let mode: Mode
    let rules: [Rule]

    /// Whether the authority has to be asked about a request.
    func asks(about request: RequestHead) -> Bool {
        self.rules.contains { $0.matches(request) } == (self.mode == .blacklist)
    }
}

/// A host, in which `*` stands for any characters; letters match in either case, and a dot at the end means nothing.
struct DomainPattern: Sendable {
    /// What stands between the `*`, in lower case.
    private let parts: [[UInt8]]

    init(_ text: String) {
        // As of the hosts of requests; a dot alone stays.
        let host = text.count > 1 && text.hasSuffix(".") ? text.dropLast() : text[...]
        let bytes = host.lowercased().utf8
        self.parts = bytes.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    }

    /// Whether this is a host, given without port and without a dot at the end as the router compares it.
    func matches(_ name: UnsafeRawBufferPointer) -> Bool {
        var host = name[...]
        guard let first = self.parts.first, let last = self.parts.last, host.begins(with: first) else { return false }
        guard self.parts.count > 1 else { return host.count == first.count }
        host = host.dropFirst(first.count)
        for part in self.parts.dropFirst().dropLast() where !part.isEmpty {
            guard let start = host.indices.first(where: { host[$0...].begins(with: part) }) else { return false }
            host = host[(start + part.count)...]
        }
        return host.count >= last.count && host.suffix(last.count).begins(with: last)
    }
}

extension UnsafeRawBufferPointer {
    /// The path of a target.
    fileprivate var beforeQuery: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self.prefix { $0 != UInt8(ascii: "?") })
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether the bytes begin so, without case.
    fileprivate func begins(with lowercased: [UInt8]) -> Bool {
        guard self.count >= lowercased.count else { return false }
        return zip(self, lowercased).allSatisfy { ($0 &- 0x41 < 26 ? $0 | 0x20 : $0) == $1 }
    }
}

extension MatchList {
    /// Declares and reads `match_type` and `match_list`.
    init(_ fields: ConfigurationFields) {
        self.mode = fields.choice(
            "match_type",
            default: .whitelist,
            help: "whitelist: requests that match pass unasked; blacklist: only they are asked about."
        )
        self.rules = fields.objects("match_list", help: "Which requests match.") { Rule($0) }
    }
}

extension MatchList.Rule {
    fileprivate init(_ fields: ConfigurationFields) {
        let domain = fields.string("match_rule_domain", help: "The host; * stands for any characters.")
        self.domain = domain.map { DomainPattern($0) }
        self.methods = fields.strings("match_rule_method", form: .listOrScalar, help: "The methods.").map {
            HTTPMethod(rawValue: $0.uppercased())
        }
        let kind = fields.choice("match_rule_type", of: TextMatcher.Kind.self, help: "How the path is compared.")
        self.path = fields.parsed("match_rule_path", help: "The path, without the query.") {
            (text) throws(ConfigurationMistake) in
            guard let kind else { return nil }
            return try TextMatcher(kind, text, ignoresCase: false)
        }.flatMap { $0 }
        guard !fields.isDescribing else { return }
        if fields.has("match_rule_path") != fields.has("match_rule_type") {
            fields.error("expected \"match_rule_path\" and \"match_rule_type\" together")
        }
        if domain == nil, self.methods.isEmpty, !fields.has("match_rule_path") {
            fields.error("expected at least one of match_rule_domain, match_rule_method, match_rule_path")
        }
    }
}
