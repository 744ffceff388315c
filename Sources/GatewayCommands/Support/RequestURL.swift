import FilterAPI

/// The parts of a URL that a request consists of; a bare path has no host.
struct RequestURL {
    let scheme: RequestHead.Scheme
    let authority: String
    let path: String

    init?(_ text: String) {
        var rest = text[...]
        var scheme = RequestHead.Scheme.http
        var authority = ""
        if let mark = text.firstRange(of: "://") {
            guard let known = RequestHead.Scheme(rawValue: text[..<mark.lowerBound].lowercased()) else { return nil }
            scheme = known
            rest = text[mark.upperBound...]
            authority = String(rest.prefix { $0 != "/" && $0 != "?" })
            guard !authority.isEmpty else { return nil }
            rest = rest.dropFirst(authority.count)
        } else {
            guard text.hasPrefix("/") else { return nil }
        }
        let target = rest.hasPrefix("/") ? String(rest) : "/" + rest
        self.scheme = scheme
        self.authority = authority
        let outcome = Array(target.utf8).withUnsafeBytes { TargetNormalisation.normalise($0) }
        switch outcome {
        case .unchanged: self.path = target
        case .changed(let path): self.path = path
        case .invalid: return nil
        }
    }
}
