import Testing

/// A header section of HTTP/2 that is not served, and what the access log must say of it.
struct UnservedStream: Sendable, CustomTestStringConvertible {
    let name: String
    let fields: [(String, String)]
    /// The status of the answer, 0 for a reset.
    let code: Int
    let details: String
    /// The path, where it can be told.
    let path: String?

    var testDescription: String { self.name }

    private init(_ name: String, _ code: Int, _ details: String, path: String?, _ fields: [(String, String)]) {
        self.name = name
        self.fields = fields
        self.code = code
        self.details = details
        self.path = path
    }

    private static let method = (":method", "GET")
    private static let scheme = (":scheme", "http")
    private static let target = (":path", "/ok")
    private static let authority = (":authority", "a.example")

    static let answered = [
        UnservedStream(
            "of a refused method",
            405,
            "http2.method_not_allowed",
            path: "/ok",
            [(":method", "TRACE"), scheme, target, authority]
        ),
        UnservedStream(
            "for an unknown scheme",
            400,
            "http2.unknown_scheme",
            path: "/ok",
            [method, (":scheme", "ftp"), target, authority]
        ),
        UnservedStream(
            "for a broken path",
            400,
            "http2.invalid_path",
            path: nil,
            [method, scheme, (":path", "/%zz"), authority]
        ),
        UnservedStream(
            "for too long a path",
            414,
            "http2.path_too_long",
            path: nil,
            [method, scheme, (":path", "/" + String(repeating: "a", count: 9000)), authority]
        ),
        UnservedStream(
            "with too many fields",
            431,
            "http2.header_too_large",
            path: "/ok",
            [method, scheme, target, authority] + Array(repeating: ("x-a", "b"), count: 120)
        ),
    ]

    static let reset = [
        malformed("with a name in upper case", path: "/ok", [method, scheme, target, authority, ("X-A", "b")]),
        malformed("without a scheme", path: "/ok", [method, target, authority]),
        malformed("without a path", path: nil, [method, scheme, authority]),
        malformed("without a method", path: "/ok", [scheme, target, authority]),
        malformed("without its body", path: "/ok", [method, scheme, target, authority, ("content-length", "5")]),
    ]

    private static func malformed(_ name: String, path: String?, _ fields: [(String, String)]) -> UnservedStream {
        UnservedStream(name, 0, "http2.malformed_request", path: path, fields)
    }
}
