import FilterAPI

/// What a request's signature is made over: its method, some fields of its head, its path and its parameters, each on a
/// line of its own.
///
/// Source: the signature of Alibaba Cloud API Gateway (`x-ca-signature`), as the gateways that carry it on know it.
struct StringToSign {
    private(set) var text: [UInt8] = []
    private var parameters: [Parameter] = []

    private struct Parameter {
        let name: [UInt8]
        let value: [UInt8]
        let place: Int
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
    /// - Returns: `nil` for a request with more fields or parameters than anybody signs.
    init?(_ request: RequestHead, target: UnsafeRawBufferPointer, form: UnsafeRawBufferPointer?) {
        self.text.reserveCapacity(512)
        self.append(line: request.method.rawValue)
        for name in [HeaderName.accept, .contentMD5, .contentType, .date] {
            self.append(line: request.headers.combinedValue(of: name) ?? "")
        }
        guard self.appendSignedFields(of: request.headers) else { return nil }
        self.text.append(contentsOf: target.prefix { $0 != UInt8(ascii: "?") })
        QueryParameter.forEach(in: target) { self.collect($0) }
        if let form { QueryParameter.forEach(inQuery: form) { self.collect($0) } }
        guard self.parameters.count <= Self.maximumParameters else { return nil }
        self.appendParameters()
    }

    private mutating func append(line: String) {
        self.text.append(contentsOf: line.utf8)
        self.text.append(0x0A)
    }

    private mutating func appendSignedFields(of headers: HeaderFields) -> Bool {
        guard let list = headers.combinedValue(of: .xCaSignatureHeaders) else { return true }
        let names = list.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        guard names.count <= Self.maximumNames else { return false }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where !name.isEmpty && !Self.unlisted.contains(name) {
            self.append(line: "\(name):\(headers.combinedValue(of: HeaderName(name)) ?? "")")
        }
        return true
    }

    private mutating func collect(_ parameter: QueryParameter) {
        // One more than may be is enough to tell that there are too many.
        guard !parameter.rawName.isEmpty, self.parameters.count <= Self.maximumParameters else { return }
        self.parameters.append(
            Parameter(
                name: parameter.withName { Array($0) },
                value: parameter.withValue { Array($0) },
                place: self.parameters.count
            )
        )
    }

    /// In the order of their names; of several with one name the first counts, and one without value is its name alone.
    private mutating func appendParameters() {
        let sorted = self.parameters.sorted { left, right in
            left.name == right.name ? left.place < right.place : left.name.lexicographicallyPrecedes(right.name)
        }
        var last: [UInt8]?
        for parameter in sorted where parameter.name != last {
            self.text.append(UInt8(ascii: last == nil ? "?" : "&"))
            self.text.append(contentsOf: parameter.name)
            if !parameter.value.isEmpty {
                self.text.append(UInt8(ascii: "="))
                self.text.append(contentsOf: parameter.value)
            }
            last = parameter.name
        }
    }
}

extension HeaderName {
    static let contentMD5 = HeaderName("content-md5")
    static let xCaKey = HeaderName("x-ca-key")
    static let xCaSignature = HeaderName("x-ca-signature")
    static let xCaSignatureMethod = HeaderName("x-ca-signature-method")
    static let xCaSignatureHeaders = HeaderName("x-ca-signature-headers")
    static let xCaTimestamp = HeaderName("x-ca-timestamp")
}
