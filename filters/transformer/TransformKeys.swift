import FilterAPI

/// A header field, or a part of the request's head that is named like one.
enum FieldKey: Sendable, Hashable {
    case field(HeaderName)
    /// `host` or `:authority`.
    case authority
    /// `:path`, `:method`, `:scheme`: to be read only.
    case path, method, scheme

    /// Reads a name in any case; `nil` when no field can have it.
    init?(_ name: String, of side: TransformSide) {
        switch (side, name.lowercased()) {
        case (.request, "host"), (.request, ":authority"): self = .authority
        case (.request, ":path"): self = .path
        case (.request, ":method"): self = .method
        case (.request, ":scheme"): self = .scheme
        default:
            guard let header = HeaderName(validating: name) else { return nil }
            self = .field(header)
        }
    }

    /// Whether a rule may change it.
    var isWritable: Bool {
        switch self {
        case .field(let name): name != .contentLength && name != .transferEncoding
        case .authority: true
        case .path, .method, .scheme: false
        }
    }
}

/// A value inside a body.
struct BodyKey: Sendable, Hashable {
    let text: String
    /// Where it is in a JSON body.
    let path: JSONKeyPath
    /// Whether only GJSON understands the path, because it queries or modifies.
    let needsGJSON: Bool

    init(_ text: String) {
        self.text = text
        self.path = JSONKeyPath(text)
        self.needsGJSON = text.contains { "#@|*?{[!".contains($0) }
    }
}

/// Which message a rule is for.
enum TransformSide: Sendable {
    case request, response
}
