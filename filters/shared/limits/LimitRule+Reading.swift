import FilterAPI

extension LimitRule {
    /// Reads `limit_by_*` and `limit_keys`; `nil` when something is missing or wrong, which is then reported.
    ///
    /// - Parameters:
    ///   - fields: The rule.
    ///   - unit: What is limited.
    init?(_ fields: ConfigurationFields, _ unit: RateLimit.Unit) {
        var texts: [(kind: LimitKind, text: String)] = []
        for kind in LimitKind.allCases {
            if let text = fields.string(kind.rawValue, help: kind.help) { texts.append((kind, text)) }
        }
        let kind = texts.first?.kind ?? .header
        let keys = fields.objects(
            "limit_keys",
            isRequired: true,
            help: "Which values are counted, and how many \(unit) there are; requests with other values are free."
        ) { LimitKey($0, kind, unit) }
        guard !fields.isDescribing else { return nil }
        let names = texts.map(\.kind.rawValue)
        if names.count > 1 {
            fields.error(at: names[1], "found \(names.joined(separator: " and ")); expected exactly one of them")
        }
        guard let (kind, text) = texts.first else {
            let kinds = LimitKind.allCases.map(\.rawValue).joined(separator: ", ")
            fields.error("found none of \(kinds); expected exactly one")
            return nil
        }
        Self.reportRepeated(keys, fields)
        guard let source = kind.source(text, fields) else { return nil }
        self.init(
            kind: kind,
            name: kind.isConsumer ? "" : text,
            source: source,
            keys: LimitKeys(keys.compactMap { $0 })
        )
    }

    private static func reportRepeated(_ keys: [LimitKey?], _ fields: ConfigurationFields) {
        var seen: Set<LimitKey.Values> = []
        for (index, key) in keys.enumerated() {
            guard let key, !seen.insert(key.values).inserted else { continue }
            fields.error(at: "limit_keys", item: index, "found a key that an earlier item has; expected each key once")
        }
    }
}

extension LimitKey {
    /// Reads one item of `limit_keys`; `nil` when something is missing or wrong.
    fileprivate init?(_ fields: ConfigurationFields, _ kind: LimitKind, _ unit: RateLimit.Unit) {
        let key = fields.requiredSecret(
            "key",
            help: "A value; with limit_by_per_* \"*\" or regexp:PATTERN, with limit_by_per_ip an address or a network."
        )
        let limit = RateLimit(fields, unit)
        guard !fields.isDescribing, !key.isEmpty, let values = Self.values(key, kind, fields), let limit else {
            return nil
        }
        self.init(values: values, limit: limit)
    }

    private static func values(_ key: Secret, _ kind: LimitKind, _ fields: ConfigurationFields) -> Values? {
        guard kind.countsEachValue else { return .one(key) }
        let text = key.reveal()
        if kind == .perAddress {
            if let range = try? AddressRange(text) { return .network(range) }
            fields.error(at: "key", "expected an address or a network such as 10.0.0.0/8")
            return nil
        }
        if text == "*" { return .all }
        guard text.hasPrefix("regexp:") else {
            fields.error(at: "key", "expected \"*\" or regexp:PATTERN beside \(kind.rawValue)")
            return nil
        }
        return fields.pattern(String(text.dropFirst("regexp:".count)), at: "key").map { .matching($0) }
    }
}

extension LimitKind {
    fileprivate var isConsumer: Bool { self == .consumer || self == .perConsumer }

    fileprivate var help: String {
        switch self {
        case .header: "Name of the header field that requests are counted by."
        case .parameter: "Name of the query parameter that requests are counted by."
        case .consumer: "Counts by the authenticated consumer; the value says nothing and may be ''."
        case .cookie: "Name of the cookie that requests are counted by."
        case .perHeader: "As limit_by_header, but each value has a count of its own."
        case .perParameter: "As limit_by_param, but each value has a count of its own."
        case .perConsumer: "As limit_by_consumer, but each consumer has a count of its own."
        case .perCookie: "As limit_by_cookie, but each value has a count of its own."
        case .perAddress: "from-remote-addr, or from-header-NAME: each address has a count of its own."
        }
    }

    /// Where the value stands; `nil` for a name that cannot be, which is then reported.
    fileprivate func source(_ text: String, _ fields: ConfigurationFields) -> LimitSource? {
        switch self {
        case .consumer, .perConsumer: return .consumer
        case .perAddress: return self.addressSource(text, fields)
        case .header, .perHeader: return self.header(text, fields).map { .header($0) }
        case .parameter, .perParameter, .cookie, .perCookie:
            guard !text.isEmpty else {
                fields.error(at: self.rawValue, "found an empty text; expected a name")
                return nil
            }
            return self == .cookie || self == .perCookie ? .cookie(text) : .parameter(text)
        }
    }

    private func addressSource(_ text: String, _ fields: ConfigurationFields) -> LimitSource? {
        if text == "from-remote-addr" { return .clientAddress }
        guard text.hasPrefix("from-header-") else {
            fields.error(at: self.rawValue, "expected from-remote-addr or from-header-NAME")
            return nil
        }
        return self.header(String(text.dropFirst("from-header-".count)), fields).map { header in
            // Its first address is what anybody says; the listener knows which one to believe.
            header == .xForwardedFor ? .clientAddress : .addressInHeader(header)
        }
    }

    private func header(_ name: String, _ fields: ConfigurationFields) -> HeaderName? {
        if let header = HeaderName(validating: name) { return header }
        fields.error(at: self.rawValue, "expected the name of a header field: letters, digits and hyphens")
        return nil
    }
}
