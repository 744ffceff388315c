/// The name of a header field, compared without case.
///
/// Common names are interned: the codec recognises them once while it parses, and looking one up compares a single
/// byte. Other names are kept as lower-case text.
///
/// Source: RFC 9110, section 5.1.
public struct HeaderName: Sendable, Hashable {
    /// The index in ``known``, or 0 for a name that is not interned.
    package let id: UInt8
    /// The lower-case text of a name that is not interned.
    private let custom: String?
    /// Whether a field can have this name: it is a token (RFC 9110, section 5.6.2).
    package let isToken: Bool

    /// Makes the name from text in any case.
    ///
    /// - Parameter name: A field name. Characters that are not allowed in a token never match a received field.
    public init(_ name: String) {
        let lowered = name.lowercased()
        if let index = HeaderName.known.firstIndex(of: lowered), index > 0 {
            self.id = UInt8(truncatingIfNeeded: index)
            self.custom = nil
            self.isToken = true
        } else {
            self.id = 0
            self.custom = lowered
            self.isToken = !lowered.isEmpty && lowered.utf8.allSatisfy(isTokenCharacter)
        }
    }

    /// Makes the name from text in any case, or `nil` when no field can have that name.
    ///
    /// - Parameter name: A token (RFC 9110, section 5.6.2).
    public init?(validating name: String) {
        self.init(name)
        guard self.isToken else { return nil }
    }

    package init(id: UInt8) {
        self.id = id
        self.custom = nil
        self.isToken = true
    }

    /// The name in lower case.
    public var string: String {
        self.custom ?? HeaderName.known[Int(self.id)]
    }
}

extension HeaderName: ExpressibleByStringLiteral, CustomStringConvertible {
    /// Makes the name from a literal in any case.
    public init(stringLiteral value: String) {
        self.init(value)
    }

    /// The name in lower case.
    public var description: String { self.string }
}
