import FilterAPI
import NIOCore

/// What is kept out of the log: the values of header fields, query parameters and members of bodies, by their names.
struct Redaction: Sendable {
    private let headers: Set<String>
    private let names: Set<String>

    /// What stands in the place of a value.
    static let mark = "<redacted>"

    /// Members and parameters that are never logged as they are.
    static let standardNames = [
        "password", "passwd", "pwd", "secret", "client_secret", "clientsecret", "token", "access_token", "accesstoken",
        "refresh_token", "refreshtoken", "id_token", "api_key", "apikey", "api-key", "private_key", "privatekey",
        "credential", "credentials", "authorization", "card_number", "cardnumber", "cvv", "ssn",
    ]

    init(_ fields: ConfigurationFields) {
        let headers = fields.strings("headers", help: "Further header fields, in any case.")
        let names = fields.strings("names", help: "Further members of JSON bodies and parameters of forms and queries.")
        self.headers = Set((SecretHeaderFields.names + headers).map { $0.lowercased() })
        self.names = Set((Redaction.standardNames + names).map { $0.lowercased() })
    }

    /// The value of a header field as it may be logged.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - name: The field's name in lower case.
    ///   - masked: Fields that other filters said to be secret.
    func value(_ value: String, ofHeader name: String, masked: [HeaderName]) -> String {
        self.headers.contains(name) || masked.contains { $0.string == name } ? Redaction.mark : value
    }

    /// Whether the value of that name is kept out.
    func hides(_ name: String) -> Bool { self.names.contains(name.lowercased()) }

    /// Path and query with the values of secret parameters taken out.
    ///
    /// - Parameters:
    ///   - path: The target.
    ///   - masked: Names that other filters said to be secret.
    func path(_ path: String, masked: [String]) -> String {
        guard let mark = path.firstIndex(of: "?") else { return path }
        let query = self.form(path[path.index(after: mark)...], isForm: false, masked: masked)
        return "\(path[..<mark])?\(query)"
    }

    /// The parameters of a query or form; one that is cut off at its end too.
    func form(_ text: Substring, isForm: Bool, masked: [String] = []) -> String {
        text.split(separator: "&", omittingEmptySubsequences: false).map { item in
            guard let equals = item.firstIndex(of: "=") else { return String(item) }
            let name = FormValues.decode(item[..<equals], plus: isForm)
            return self.hides(name) || masked.contains(name) ? "\(item[...equals])\(Redaction.mark)" : String(item)
        }.joined(separator: "&")
    }

    /// A body as text, with the values of secret names taken out as far as its kind is known.
    func body(_ body: ByteBuffer, of headers: HeaderFields) -> String {
        if headers.hasContentType("application/x-www-form-urlencoded") {
            return self.form(Substring(String(buffer: body)), isForm: true)
        }
        if headers.namesJSON || body.looksLikeJSON {
            return body.withUnsafeReadableBytes { bytes in
                var scan = JSONRedaction(bytes, hides: { self.hides($0) })
                return String(decoding: scan.redacted(), as: UTF8.self)
            }
        }
        return String(buffer: body)
    }
}

extension ByteBuffer {
    fileprivate var looksLikeJSON: Bool {
        let first = self.readableBytesView.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
