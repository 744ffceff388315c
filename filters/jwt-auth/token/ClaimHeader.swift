import FilterAPI
import NIOCore

/// A claim that upstreams learn as a header field.
struct ClaimHeader: Sendable {
    /// The claim's name, or the way to it through objects.
    let path: [String]
    let header: HeaderName
    /// Whether the field takes the place of the client's; else it stands beside.
    let replaces: Bool

    /// - Parameter claim: The claim's name; with dots the names of objects and of what is in them.
    init(claim: String, header: HeaderName, replaces: Bool) {
        self.path = claim.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        self.header = header
        self.replaces = replaces
    }

    /// The field for a token's claims.
    func field(_ claims: JSONDocument) -> ClaimField {
        let whole = self.path.joined(separator: ".")
        let value = self.value([whole], claims) ?? (self.path.count > 1 ? self.value(self.path, claims) : nil)
        return ClaimField(header: self.header, value: value, replaces: self.replaces)
    }

    /// A string, a number or a truth value as text; nothing for anything else.
    private func value(_ path: [String], _ claims: JSONDocument) -> String? {
        var place = JSONDocument.root
        for name in path {
            var next: Int?
            claims.forEachMember(of: place) { member, value in
                if next == nil, claims.string(member) == name { next = value }
            }
            guard let next else { return nil }
            place = next
        }
        switch claims.kind(of: place) {
        case .string: return claims.string(place)
        case .number, .true, .false: return String(buffer: claims.literal(place))
        case .null, .array, .object: return nil
        }
    }
}

/// A header field with what a token says.
struct ClaimField: Sendable {
    let header: HeaderName
    /// `nil` when the token does not say it; the client's field goes all the same, since it would pass for the token's.
    let value: String?
    let replaces: Bool

    func apply(to headers: inout HeaderFields) {
        if self.replaces {
            headers[self.header] = self.value
        } else if let value {
            headers.add(self.header, value)
        }
    }
}
