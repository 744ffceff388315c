import FilterAPI

/// What a request's signature is made over: its method, some fields of its head, its path and its parameters, each on a
/// line of its own.
///
/// Source: the signature of Alibaba Cloud API Gateway (`x-ca-signature`), as the gateways that carry it on know it.
struct StringToSign {
    private(set) var text: [UInt8] = []
    /// Where values stand in ``text`` that the client has not sent, in order.
    private var hidden: [Range<Int>] = []
    private var parameters: [Parameter] = []

    private struct Parameter {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// More parameters than a person or a form has are no request that somebody signed.
    static let maximumParameters = 1000
    /// More signed fields than a head may have.
    static let maximumNames = 100

    /// Fields that stand at a place of their own, or cannot sign themselves.
    private static let unlisted: Set<String> = [
        "accept", "content-md5", "content-type", "date", "x-ca-signature", "x-ca-signature-headers",
    ]

    /// - Parameters:
    ///   - request: The request.
    ///   - target: Path and query as the client sent them.
    ///   - form: The body of a form; `nil` when parameters stand in the query alone.
    /// - Returns: `nil` for a request with more fields or parameters than anybody signs, or with two parameters of one name.
    init?(_ request: RequestHead, target: UnsafeRawBufferPointer, form: UnsafeRawBufferPointer?) {
        self.text.reserveCapacity(512)
        self.append(line: request.method.rawValue)
        for name in [HeaderName.accept, .contentMD5, .contentType, .date] {
            self.appendValue(of: name, in: request.headers)
        }
        guard self.appendSignedFields(of: request.headers) else { return nil }
        self.text.append(contentsOf: target.prefix { $0 != UInt8(ascii: "?") })
        QueryParameter.forEach(in: target) { self.collect($0) }
        if let form { QueryParameter.forEach(inQuery: form) { self.collect($0) } }
        guard self.parameters.count <= Self.maximumParameters, self.appendParameters() else { return nil }
    }

    /// What the client may be told of the text. The values of fields that the gateway or another filter has set are left out:
    /// they are not the client's, and may be secrets.
    var shown: [UInt8] {
        var shown: [UInt8] = []
        var start = 0
        for range in self.hidden {
            shown.append(contentsOf: self.text[start..<range.lowerBound])
            start = range.upperBound
        }
        shown.append(contentsOf: self.text[start...])
        return shown
    }

    /// The names in `x-ca-signature-headers`, in lower case and in order; `nil` when there are too many.
    static func signedNames(_ headers: HeaderFields) -> [String]? {
        guard let list = headers.combinedValue(of: .xCaSignatureHeaders) else { return [] }
        let names = list.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        guard names.count <= Self.maximumNames else { return nil }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private mutating func append(line: String) {
        self.text.append(contentsOf: line.utf8)
        self.text.append(0x0A)
    }

    /// The value of a field, and the end of its line.
    private mutating func appendValue(of name: HeaderName, in headers: HeaderFields) {
        let start = self.text.count
        self.text.append(contentsOf: (headers.combinedValue(of: name) ?? "").utf8)
        if !headers.isAsReceived(name) { self.hidden.append(start..<self.text.count) }
        self.text.append(0x0A)
    }

    private mutating func appendSignedFields(of headers: HeaderFields) -> Bool {
        guard let names = Self.signedNames(headers) else { return false }
        for name in names where !name.isEmpty && !Self.unlisted.contains(name) {
            self.text.append(contentsOf: name.utf8)
            self.text.append(UInt8(ascii: ":"))
            self.appendValue(of: HeaderName(name), in: headers)
        }
        return true
    }

    private mutating func collect(_ parameter: QueryParameter) {
        // One more than may be is enough to tell that there are too many.
        guard !parameter.rawName.isEmpty || !parameter.rawValue.isEmpty,
            self.parameters.count <= Self.maximumParameters
        else { return }
        self.parameters.append(
            Parameter(name: parameter.withName { Array($0) }, value: parameter.withValue { Array($0) })
        )
    }

    /// In the order of their names; one without value is its name alone. `false` when two have one name: which of them the
    /// service reads, nobody here can tell.
    private mutating func appendParameters() -> Bool {
        let sorted = self.parameters.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        for (index, parameter) in sorted.enumerated() {
            if index > 0, sorted[index - 1].name == parameter.name { return false }
            self.text.append(UInt8(ascii: index == 0 ? "?" : "&"))
            self.append(decoded: parameter.name, isName: true)
            if !parameter.value.isEmpty {
                self.text.append(UInt8(ascii: "="))
                self.append(decoded: parameter.value, isName: false)
            }
        }
        return true
    }

    /// What would part parameters, or read as an escape, stays escaped, so that no two queries have one text.
    private mutating func append(decoded bytes: [UInt8], isName: Bool) {
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "&"): self.text.append(contentsOf: "%26".utf8)
            case UInt8(ascii: "=") where isName: self.text.append(contentsOf: "%3D".utf8)
            case UInt8(ascii: "%") where bytes.haveDigits(behind: index): self.text.append(contentsOf: "%25".utf8)
            default: self.text.append(byte)
            }
        }
    }
}

extension [UInt8] {
    /// Whether two hexadecimal digits follow a byte.
    fileprivate func haveDigits(behind index: Int) -> Bool {
        index + 2 < self.count && self[index + 1].isHexadecimalDigit && self[index + 2].isHexadecimalDigit
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 6 }
}

extension HeaderName {
    static let contentMD5 = HeaderName("content-md5")
    static let xCaKey = HeaderName("x-ca-key")
    static let xCaSignature = HeaderName("x-ca-signature")
    static let xCaSignatureMethod = HeaderName("x-ca-signature-method")
    static let xCaSignatureHeaders = HeaderName("x-ca-signature-headers")
    static let xCaTimestamp = HeaderName("x-ca-timestamp")
}
