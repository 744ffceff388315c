import FilterAPI

/// Why a signed request does not pass.
enum HMACRefusal: Error, Sendable {
    case invalidKey
    case emptySignature
    /// The signature is another one; with what should have been signed, as far as the client may know it.
    case invalidSignature(of: [UInt8])
    case invalidContentMD5
    case invalidDate
    case forbidden

    private var status: Int {
        switch self {
        case .invalidKey, .emptySignature: 401
        case .invalidSignature, .invalidContentMD5, .invalidDate: 400
        case .forbidden: 403
        }
    }

    private var words: (text: String, detail: String) {
        switch self {
        case .invalidKey: ("Invalid Key", "hmac-auth.invalid_key")
        case .emptySignature: ("Empty Signature", "hmac-auth.empty_signature")
        case .invalidSignature: ("Invalid Signature", "hmac-auth.invalid_signature")
        case .invalidContentMD5: ("Invalid Content-MD5", "hmac-auth.invalid_content_md5")
        case .invalidDate: ("Invalid Date", "hmac-auth.invalid_date")
        case .forbidden: ("Unauthorized Consumer", "hmac-auth.forbidden")
        }
    }

    /// The answer: the words that clients of such gateways know, and for a wrong signature what should have been signed.
    var response: LocalResponse {
        var headers: HeaderFields = [:]
        if self.status == 401 { headers[.wwwAuthenticate] = #"HMAC realm="MSE Gateway""# }
        if case .invalidSignature(let text) = self, !text.isEmpty {
            headers["x-ca-error-message"] = "Server StringToSign:`\(HMACRefusal.shown(text))`"
        }
        return LocalResponse(status: self.status, headers: headers, text: self.words.text, detail: self.words.detail)
    }

    /// The text on one line, its lines parted by `#`, and not all of a long one.
    private static func shown(_ text: [UInt8]) -> String {
        let line = text.prefix(1024).map { byte in
            byte == 0x0A ? UInt8(ascii: "#") : byte < 0x20 || byte > 0x7E ? UInt8(ascii: "?") : byte
        }
        return String(decoding: line, as: UTF8.self)
    }
}
