import FilterAPI
import HTTP1
import HTTP2
import NIOCore

/// Makes a request head of a decoded header section: a pure value.
///
/// What the protocol calls malformed ends the stream, what it leaves to the server is answered as over HTTP/1.
///
/// Source: RFC 9113, sections 8.2 and 8.3.
struct HTTP2RequestReader {
    /// What came of a header section.
    enum Outcome: Equatable {
        case request(contentLength: Int?, expectsContinue: Bool)
        /// An extended CONNECT to this protocol; the head is that of a GET (RFC 8441, section 4).
        case connect(String)
        /// The stream is to be reset (`PROTOCOL_ERROR`); the head has what was understood of the request.
        case malformed
        /// The request is to be answered so; the head has what was understood of it.
        case refused(status: Int, detail: String)
    }

    private let limits: HeadLimits
    private let takesExtendedConnect: Bool
    private var table: HTTP2FieldTable
    private var method: String?
    private var scheme: String?
    private var authority: String?
    private var path: String?
    private var host: String?
    private var protocolName: String?
    private var cookies = ByteBuffer()
    private var contentLength: Int?
    private var expectation: String?
    private var isTooLarge = false
    private var isPastPseudoFields = false

    /// Reads a header section into a head, which has been reset.
    static func read(
        _ received: FieldSection,
        _ limits: HeadLimits,
        takesExtendedConnect: Bool = false,
        into head: inout RequestHead
    ) -> Outcome {
        var reader = HTTP2RequestReader(limits, takesExtendedConnect)
        guard reader.readFields(received) else {
            head.method = reader.knownMethod ?? HTTPMethod(id: 0)
            head.headers = reader.table.fields
            reader.fillHost(&head)
            reader.fillKnownTarget(&head)
            return .malformed
        }
        let outcome = reader.fill(&head)
        switch outcome {
        case .request, .connect: break
        case .malformed, .refused: reader.fillKnownTarget(&head)
        }
        return outcome
    }

    private init(_ limits: HeadLimits, _ takesExtendedConnect: Bool) {
        self.limits = limits
        self.takesExtendedConnect = takesExtendedConnect
        self.table = HTTP2FieldTable(limits, capacity: 512)
    }

    /// Answers false for a malformed section.
    private mutating func readFields(_ received: FieldSection) -> Bool {
        guard !received.isSelfDependent, received.allSatisfy({ self.read($0, $1) }) else { return false }
        if !self.isPastPseudoFields, let authority = self.authority { self.appendHost(authority) }
        if self.cookies.readableBytes > 0 {
            self.cookies.withUnsafeReadableBytes { self.table.append(.cookie, $0) }
        }
        return true
    }

    private mutating func read(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard HTTP2FieldTable.isValid(value) else { return false }
        if name.first == UInt8(ascii: ":") {
            return !self.isPastPseudoFields
                && self.readPseudoField(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
        if !self.isPastPseudoFields {
            self.isPastPseudoFields = true
            // `Host` comes first, as RFC 9110, section 7.2, recommends.
            if let authority = self.authority { self.appendHost(authority) }
        }
        return self.readField(name, value)
    }

    private mutating func appendHost(_ authority: String) {
        guard !authority.isEmpty else { return }
        if !self.table.count(4, authority.utf8.count) { self.isTooLarge = true }
        guard !self.isTooLarge else { return }
        var authority = authority
        authority.withUTF8 { self.table.append(.host, UnsafeRawBufferPointer($0)) }
    }

    private mutating func readPseudoField(_ name: String, _ value: String) -> Bool {
        switch name {
        case ":method": HTTP2RequestReader.setOnce(&self.method, value)
        case ":scheme": HTTP2RequestReader.setOnce(&self.scheme, value)
        case ":authority": HTTP2RequestReader.setOnce(&self.authority, value)
        case ":path": HTTP2RequestReader.setOnce(&self.path, value)
        case ":protocol": self.takesExtendedConnect && HTTP2RequestReader.setOnce(&self.protocolName, value)
        default: false
        }
    }

    private static func setOnce(_ place: inout String?, _ value: String) -> Bool {
        guard place == nil else { return false }
        place = value
        return true
    }

    private mutating func readField(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard let id = HTTP2FieldTable.id(of: name) else { return false }
        guard !HTTP2FieldTable.isConnectionSpecific(id, value) else { return false }
        if !self.table.count(name.count, value.count) || name.count > UInt16.max { self.isTooLarge = true }
        switch id {
        case HeaderName.host.id:
            let value = String(decoding: value, as: UTF8.self)
            guard HTTP2RequestReader.setOnce(&self.host, value) else { return false }
            if let authority = self.authority { return authority.lowercased() == value.lowercased() }
        case HeaderName.cookie.id:
            if !self.isTooLarge { self.appendCookie(value) }
            return true
        case HeaderName.contentLength.id:
            guard self.contentLength == nil, let length = HTTP2FieldTable.contentLength(value) else { return false }
            self.contentLength = length
        case HeaderName.expect.id:
            self.expectation = String(decoding: value, as: UTF8.self)
        default: break
        }
        if !self.isTooLarge { self.table.append(name, value, id: id) }
        return true
    }

    /// Cookies that came apart go on as one field (RFC 9113, section 8.2.3).
    private mutating func appendCookie(_ value: UnsafeRawBufferPointer) {
        if self.cookies.readableBytes > 0 { self.cookies.writeStaticString("; ") }
        self.cookies.writeBytes(value)
    }

    private mutating func fill(_ head: inout RequestHead) -> Outcome {
        guard let method = self.knownMethod else {
            head.method = HTTPMethod(id: 0)
            return .malformed
        }
        head.method = method
        head.headers = self.table.fields
        self.fillHost(&head)
        if let protocolName = self.protocolName {
            guard head.method == .connect, self.contentLength == nil, !protocolName.isEmpty,
                protocolName.utf8.allSatisfy({ isTokenCharacter($0) || $0 == UInt8(ascii: "/") })
            else { return .malformed }
            head.method = .get
        }
        if head.method == .connect {
            guard self.path == nil, self.scheme == nil, self.authority != nil else { return .malformed }
            return .refused(status: 405, detail: "http2.method_not_allowed")
        }
        guard let path = self.path, let scheme = self.scheme?.lowercased() else { return .malformed }
        let isAsterisk = path == "*" && head.method == .options
        guard isAsterisk || path.utf8.first == UInt8(ascii: "/") else { return .malformed }
        if head.method == .trace { return .refused(status: 405, detail: "http2.method_not_allowed") }
        guard path.utf8.count <= self.limits.startLineBytes else {
            return .refused(status: 414, detail: "http2.path_too_long")
        }
        guard !self.isTooLarge else { return .refused(status: 431, detail: "http2.header_too_large") }
        guard scheme == "http" || scheme == "https" else {
            return .refused(status: 400, detail: "http2.unknown_scheme")
        }
        if isAsterisk { head.target = MessageText(path) }
        guard isAsterisk || self.fillTarget(path, &head) else {
            return .refused(status: 400, detail: "http2.invalid_path")
        }
        guard head.host.withBytes(in: head.headers.wire, { Authority.isValid($0) }) else {
            return .refused(status: 400, detail: "http2.invalid_authority")
        }
        if let expectation = self.expectation, expectation.lowercased() != "100-continue" {
            return .refused(status: 417, detail: "http2.expectation_failed")
        }
        if let protocolName = self.protocolName { return .connect(protocolName) }
        return .request(contentLength: self.contentLength, expectsContinue: self.expectation != nil)
    }

    /// The method, when there is one and it is a token.
    private var knownMethod: HTTPMethod? {
        guard let method = self.method, !method.isEmpty, method.utf8.allSatisfy(isTokenCharacter) else { return nil }
        return HTTPMethod(rawValue: method)
    }

    /// Leaves the target of a request that goes no further for the logs; an unknown one is empty, as over HTTP/1.
    private func fillKnownTarget(_ head: inout RequestHead) {
        head.target = MessageText("")
        guard let path = self.path, path.utf8.count <= self.limits.startLineBytes else { return }
        if path == "*" {
            head.target = MessageText(path)
        } else if path.utf8.first == UInt8(ascii: "/") {
            _ = self.fillTarget(path, &head)
        }
    }

    private func fillHost(_ head: inout RequestHead) {
        guard let index = head.headers.firstIndex(of: .host) else { return }
        let entry = head.headers.entries[index]
        head.host = .received(start: entry.valueStart, length: entry.valueLength)
    }

    private func fillTarget(_ path: String, _ head: inout RequestHead) -> Bool {
        var text = path
        switch text.withUTF8({ TargetNormalisation.normalise(UnsafeRawBufferPointer($0)) }) {
        case .unchanged: head.target = MessageText(path)
        case .changed(let target): head.target = MessageText(target)
        case .invalid: return false
        }
        return true
    }
}
