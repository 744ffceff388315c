import FilterAPI

/// What the fields of one head say to the codec itself, gathered while they are parsed.
struct FieldFacts {
    /// The value of `Content-Length`, or -1.
    var contentLength = -1
    var isChunked = false
    var asksClose = false
    var asksKeepAlive = false
    var asksUpgrade = false
    var expectsContinue = false
    /// The index of `Host` in the table, or -1.
    var hostIndex = -1
    /// The index of the only `Upgrade` in the table, or -1; -2 after a second one.
    var upgradeIndex = -1
    private var connectionTokens = 0

    /// No client needs more, and a longer list would make removing the nominated fields expensive.
    private static let maximumConnectionTokens = 32

    /// Fields that every recipient needs: nominating one would take it from the next hop.
    private static let neverNominated = HeaderNameSet([
        .host, .contentLength, .transferEncoding, .contentType, .contentEncoding, .contentRange, .authorization,
        .cookie, .setCookie, .expect, .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto, .cacheControl,
        .connection, .trailer, .date,
    ])

    /// Notes a field that ``HeaderNameTable/interpreted`` contains.
    ///
    /// - Returns: Why the message is refused, or `nil`.
    mutating func note(
        _ id: UInt8,
        value: UnsafeRawBufferPointer,
        index: Int,
        names: HeaderNameTable
    ) -> HTTP1Error? {
        if id == names.host { return self.noteHost(value, index) }
        if id == names.connection { return self.noteConnection(value, names) }
        if id == names.contentLength { return self.noteContentLength(value) }
        if id == names.transferEncoding { return self.noteTransferEncoding(value) }
        if id == names.expect { return self.noteExpect(value) }
        if id == names.upgrade { self.upgradeIndex = self.upgradeIndex == -1 ? index : -2 }
        return nil
    }

    private mutating func noteHost(_ value: UnsafeRawBufferPointer, _ index: Int) -> HTTP1Error? {
        guard self.hostIndex < 0 else { return .duplicateHost }
        guard Authority.isValid(value) else { return .invalidHost }
        self.hostIndex = index
        return nil
    }

    private mutating func noteContentLength(_ value: UnsafeRawBufferPointer) -> HTTP1Error? {
        guard self.contentLength < 0 else { return .duplicateContentLength }
        guard !self.isChunked else { return .conflictingFraming }
        // Nineteen digits reach past Int64.max; more could only be leading zeros.
        guard !value.isEmpty, value.count <= 19 else { return .invalidContentLength }
        var length = 0
        for byte in value {
            guard byte.isDigit else { return .invalidContentLength }
            let (shifted, overflowed) = length.multipliedReportingOverflow(by: 10)
            let (sum, carried) = shifted.addingReportingOverflow(Int(byte - 0x30))
            guard !overflowed, !carried else { return .invalidContentLength }
            length = sum
        }
        self.contentLength = length
        return nil
    }

    private mutating func noteTransferEncoding(_ value: UnsafeRawBufferPointer) -> HTTP1Error? {
        guard !self.isChunked, value.isText("chunked") else { return .invalidTransferEncoding }
        guard self.contentLength < 0 else { return .conflictingFraming }
        self.isChunked = true
        return nil
    }

    private mutating func noteExpect(_ value: UnsafeRawBufferPointer) -> HTTP1Error? {
        guard value.isText("100-continue") else { return .expectationFailed }
        self.expectsContinue = true
        return nil
    }

    private mutating func noteConnection(
        _ value: UnsafeRawBufferPointer,
        _ names: HeaderNameTable
    ) -> HTTP1Error? {
        var tokens = ConnectionTokens(value)
        while let token = tokens.next() {
            self.connectionTokens += 1
            guard self.connectionTokens <= FieldFacts.maximumConnectionTokens else { return .invalidConnection }
            if token.isText("close") {
                self.asksClose = true
            } else {
                let id = names.id(of: token)
                guard !FieldFacts.neverNominated.contains(id) else { return .invalidConnection }
                if id == names.keepAlive { self.asksKeepAlive = true }
                if id == names.upgrade { self.asksUpgrade = true }
            }
        }
        return tokens.isMalformed ? .invalidConnection : nil
    }
}

/// Walks through the tokens of a `Connection` value (RFC 9110, section 7.6.1); empty elements are skipped.
struct ConnectionTokens {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    /// Whether the walk ended before the value did.
    private(set) var isMalformed = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() -> UnsafeRawBufferPointer? {
        let comma = UInt8(ascii: ",")
        while self.offset < self.bytes.count, self.bytes[self.offset].isBlank || self.bytes[self.offset] == comma {
            self.offset += 1
        }
        let start = self.offset
        while self.offset < self.bytes.count, self.bytes[self.offset].isToken { self.offset += 1 }
        let end = self.offset
        while self.offset < self.bytes.count, self.bytes[self.offset].isBlank { self.offset += 1 }
        if self.offset < self.bytes.count, self.bytes[self.offset] != comma || start == end {
            self.isMalformed = true
            return nil
        }
        return start == end ? nil : UnsafeRawBufferPointer(rebasing: self.bytes[start..<end])
    }
}
