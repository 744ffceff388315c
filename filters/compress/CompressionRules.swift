import FilterAPI

/// Which responses are compressed.
///
/// Source: RFC 9110, sections 7.7 (`no-transform`), 8.4 and 14.4.
struct CompressionRules: Sendable {
    let minimumSize: Int
    let types: CompressibleTypes

    /// Whether a response is one that is compressed for clients who want that.
    func apply(to response: ResponseHead, of request: RequestHead) -> Bool {
        guard self.hasSuitableBody(response), self.isLongEnough(response) else { return false }
        return !forbidsTransformation(response.headers) && !forbidsTransformation(request.headers)
    }

    private func hasSuitableBody(_ response: ResponseHead) -> Bool {
        guard !response.isBodiless, response.status != 206, !response.headers.contains(.contentRange) else {
            return false
        }
        guard response.headers.withValueBytes(of: .contentType, { self.types.contain($0) }) ?? false else {
            return false
        }
        guard response.headers.contains(.contentEncoding) else { return true }
        return response.headers.hasValue("identity", for: .contentEncoding)
    }

    private func isLongEnough(_ response: ResponseHead) -> Bool {
        guard let length = contentLength(of: response.headers) else { return true }
        return length >= self.minimumSize && length > 0
    }
}

/// The announced length of a body; `nil` when there is none or it cannot be read.
func contentLength(of headers: HeaderFields) -> Int? {
    headers.withValueBytes(of: .contentLength) { value in
        var length = 0
        for byte in value {
            guard (0x30...0x39).contains(byte), length < Int.max / 16 else { return nil }
            length = length * 10 + Int(byte - 0x30)
        }
        return value.isEmpty ? nil : length
    } ?? nil
}

private func forbidsTransformation(_ headers: HeaderFields) -> Bool {
    var forbids = false
    headers.forEachValue(of: .cacheControl) { value in
        if FieldList.contains(value, "no-transform") { forbids = true }
    }
    return forbids
}
