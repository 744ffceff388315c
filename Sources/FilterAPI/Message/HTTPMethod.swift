/// A request method, compared with case.
///
/// Source: RFC 9110, section 9.
public struct HTTPMethod: Sendable, Hashable, RawRepresentable {
    /// The index in ``known``, or 0.
    package let id: UInt8
    private let custom: String?

    /// The methods that are recognised without making text; the index is a method's id.
    package static let known = [
        "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
    ]

    /// Makes the method from its name; names are case-sensitive.
    public init(rawValue: String) {
        if let index = HTTPMethod.known.firstIndex(of: rawValue), index > 0 {
            self.id = UInt8(truncatingIfNeeded: index)
            self.custom = nil
        } else {
            self.id = 0
            self.custom = rawValue
        }
    }

    package init(id: UInt8) {
        self.id = id
        self.custom = nil
    }

    // Written out, since the ones of RawRepresentable would compare and hash text.
    /// Whether both are the same method.
    public static func == (left: HTTPMethod, right: HTTPMethod) -> Bool {
        left.id == right.id && (left.id != 0 || left.custom == right.custom)
    }

    /// Feeds what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.id)
        if self.id == 0 { hasher.combine(self.custom) }
    }

    /// The method's name.
    public var rawValue: String { self.custom ?? HTTPMethod.known[Int(self.id)] }

    /// `GET`.
    public static var get: HTTPMethod { HTTPMethod(id: 1) }
    /// `HEAD`: the answer never carries a body.
    public static var head: HTTPMethod { HTTPMethod(id: 2) }
    /// `POST`.
    public static var post: HTTPMethod { HTTPMethod(id: 3) }
    /// `PUT`.
    public static var put: HTTPMethod { HTTPMethod(id: 4) }
    /// `DELETE`.
    public static var delete: HTTPMethod { HTTPMethod(id: 5) }
    /// `CONNECT`.
    public static var connect: HTTPMethod { HTTPMethod(id: 6) }
    /// `OPTIONS`.
    public static var options: HTTPMethod { HTTPMethod(id: 7) }
    /// `TRACE`.
    public static var trace: HTTPMethod { HTTPMethod(id: 8) }
    /// `PATCH` (RFC 5789).
    public static var patch: HTTPMethod { HTTPMethod(id: 9) }

    /// Whether sending the request twice has the effect of sending it once (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        default: false
        }
    }
}
