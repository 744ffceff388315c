import FilterAPI

/// One rule: where a value comes from, and the limits of its values.
struct LimitItem: Sendable {
    let kind: LimitKind
    /// The name of the field, parameter or cookie; as configured.
    let name: String
    private let header: HeaderName?
    let keys: [TokenLimitKey]

    /// The value of a request and the first limit that is for it.
    func limit(of stream: StreamContext) -> (value: String, limit: TokenLimit)? {
        guard let value = self.value(of: stream), let key = self.keys.first(where: { $0.takes(value) }) else {
            return nil
        }
        return (value, key.limit)
    }

    private func value(of stream: StreamContext) -> String? {
        switch self.kind {
        case .header, .perHeader: return self.header.flatMap { stream.request.headers[$0] }
        case .consumer, .perConsumer: return stream.consumer
        case .parameter, .perParameter: return self.parameter(of: stream.request)
        case .cookie, .perCookie: return self.cookie(of: stream.request)
        case .perAddress:
            guard let header else { return stream.clientAddress }
            let first = stream.request.headers[header]?.split(separator: ",").first
            return first.map { String($0.filter { $0 != " " }) }
        }
    }

    private func parameter(of request: RequestHead) -> String? {
        request.withPathBytes { target in
            var found: String?
            QueryParameter.forEach(in: target) { parameter in
                guard found == nil, parameter.isNamed(self.name) else { return }
                found = parameter.withValue { String(decoding: $0, as: UTF8.self) }
            }
            return found
        }
    }

    private func cookie(of request: RequestHead) -> String? {
        for line in request.headers.values(of: .cookie) {
            for pair in line.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard let equals = pair.firstIndex(of: "="), pair[..<equals] == self.name else { continue }
                let value = pair[pair.index(after: equals)...]
                if !value.isEmpty { return String(value) }
            }
        }
        return nil
    }
}

// MARK: - Reading

extension LimitItem {
    private static let addressHeader = "from-header-"
    private static let peerAddress = "from-remote-addr"

    /// Reads an item; `nil` when it is wrong.
    init?(_ fields: ConfigurationFields) {
        let given = LimitKind.allCases.compactMap { kind in
            fields.string(kind.rawValue, help: "What values are taken from.").map { (kind: kind, name: $0) }
        }
        let kind = given.first?.kind
        let keys = fields.objects(
            "limit_keys",
            isRequired: true,
            named: "key",
            help: "Limits by value, the first counts."
        ) {
            TokenLimitKey($0, of: kind ?? .perHeader)
        }.compactMap { $0 }
        guard !fields.isDescribing else { return nil }
        guard given.count == 1, let (kind, name) = given.first else {
            let list = LimitKind.allCases.map(\.rawValue).joined(separator: ", ")
            fields.error(
                given.isEmpty
                    ? "missing key: expected one of \(list)" : "found several sources; expected one of \(list)"
            )
            return nil
        }
        self.kind = kind
        self.name = name
        self.keys = keys
        self.header = LimitItem.header(kind, name, fields)
    }

    private static func header(_ kind: LimitKind, _ name: String, _ fields: ConfigurationFields) -> HeaderName? {
        if !kind.isNameless, name.isEmpty {
            fields.error(at: kind.rawValue, "found an empty text; expected the name of what is counted")
            return nil
        }
        var header = name
        switch kind {
        case .header, .perHeader: break
        case .perAddress where name == Self.peerAddress: return nil
        case .perAddress where name.hasPrefix(Self.addressHeader):
            header = String(name.dropFirst(Self.addressHeader.count))
        case .perAddress:
            fields.error(
                at: kind.rawValue,
                "expected \(Self.peerAddress), or \(Self.addressHeader) and the name of a field"
            )
            return nil
        default: return nil
        }
        guard let found = HeaderName(validating: header) else {
            fields.error(
                at: kind.rawValue,
                "found a name that no header field can have; expected letters, digits and hyphens"
            )
            return nil
        }
        return found
    }
}

extension TokenLimitKey {
    /// Reads a limit key of a kind; `nil` when it is wrong.
    fileprivate init?(_ fields: ConfigurationFields, of kind: LimitKind) {
        let key = fields.requiredString(
            "key",
            help: "The value; regexp: and a pattern, or *, where values count one by one."
        )
        let limit = TokenLimit(fields)
        guard !fields.isDescribing, !key.isEmpty, let match = TokenLimitKey.match(key, kind, fields), let limit else {
            return nil
        }
        self.match = match
        self.limit = limit
    }

    private static func match(_ key: String, _ kind: LimitKind, _ fields: ConfigurationFields) -> Match? {
        if kind == .perAddress {
            do throws(ConfigurationMistake) {
                return .addresses(try AddressRange(key))
            } catch {
                fields.error(at: "key", "found no address; \(error)")
                return nil
            }
        }
        guard kind.takesPatterns else { return .exactly(key) }
        if key == "*" { return .everything }
        guard key.hasPrefix("regexp:") else { return .exactly(key) }
        do {
            return .pattern(try Pattern(String(key.dropFirst("regexp:".count))))
        } catch {
            fields.error(at: "key", "found a text that is no regular expression: \(error)")
            return nil
        }
    }
}
