import FilterAPI
import HTTP1
import HTTP2
import NIOHPACK

/// Reads one response from decoded header sections and the sizes of DATA frames: a pure value.
///
/// Source: RFC 9113, section 8.1 to 8.3.
struct HTTP2ResponseReader: Sendable {
    /// What a header section was.
    enum Section: Sendable {
        /// Nobody needs to know: the body was not held back, so 100 has no meaning.
        case ignored
        /// The head that was filled in is informational.
        case informational
        /// The head that was filled in is the final one.
        case head(hasBody: Bool)
        case trailers(HeaderFields?)
        /// The stream is to be reset.
        case malformed(String)
    }

    private let limits = HeadLimits()
    private let method: HTTPMethod
    private var hasHead = false
    private var informationalCount = 0
    /// What is missing of the announced length.
    private var missing: Int?
    private var mayHaveBody = true
    /// Whether the response is complete.
    private(set) var hasEnded = false

    /// Reads the response to a request of this method.
    init(_ method: HTTPMethod) {
        self.method = method
    }

    mutating func read(_ section: HPACKHeaders, endsStream: Bool, into head: inout ResponseHead) -> Section {
        if hasHead { return readTrailers(section, endsStream) }
        var fields = HTTP2ResponseSection(limits)
        if let reason = fields.read(section) { return .malformed(reason) }
        guard let status = fields.status else { return .malformed("a head without a status") }
        head.status = status
        head.headers = fields.table.fields
        guard status >= 200 else { return receivedInformational(status, endsStream) }
        hasHead = true
        hasEnded = endsStream
        mayHaveBody = method != .head && !head.isBodiless
        missing = mayHaveBody ? fields.contentLength : nil
        guard !endsStream || (missing ?? 0) == 0 else { return .malformed("a body shorter than announced") }
        return .head(hasBody: mayHaveBody && !endsStream && missing != 0)
    }

    private mutating func receivedInformational(_ status: Int, _ endsStream: Bool) -> Section {
        guard !endsStream else { return .malformed("an informational response that ends the stream") }
        // HTTP/2 has no upgrade (section 8.6).
        guard status != 101 else { return .malformed("the protocol was switched unasked") }
        informationalCount += 1
        guard informationalCount <= ResponseReader.informationalLimit else {
            return .malformed("too many informational responses")
        }
        return status == 100 ? .ignored : .informational
    }

    private mutating func readTrailers(_ section: HPACKHeaders, _ endsStream: Bool) -> Section {
        guard endsStream else { return .malformed("a second head") }
        hasEnded = true
        guard (missing ?? 0) == 0 else { return .malformed("a body shorter than announced") }
        guard let trailers = HTTP2FieldTable.trailers(section, limits) else { return .malformed("malformed trailers") }
        return .trailers(trailers.isEmpty ? nil : trailers)
    }

    /// Counts a DATA frame.
    ///
    /// - Returns: what is wrong with it.
    mutating func readData(_ count: Int, endsStream: Bool) -> String? {
        guard hasHead else { return "a body before the head" }
        hasEnded = endsStream
        guard mayHaveBody || count == 0 else { return "a body where there is none" }
        guard let missing else { return nil }
        guard count <= missing else { return "a body longer than announced" }
        self.missing = missing - count
        return endsStream && count < missing ? "a body shorter than announced" : nil
    }
}

/// Reads the section of a response's head.
private struct HTTP2ResponseSection {
    private(set) var table: HTTP2FieldTable
    private(set) var status: Int?
    private(set) var contentLength: Int?
    private var isPastPseudoFields = false

    init(_ limits: HeadLimits) {
        table = HTTP2FieldTable(limits, capacity: 512)
    }

    /// - Returns: what is wrong with the section.
    mutating func read(_ section: HPACKHeaders) -> String? {
        for (name, value, _) in section {
            let isPseudo = name.utf8.first == UInt8(ascii: ":")
            if let reason = isPseudo ? readPseudoField(name, value) : readField(name, value) { return reason }
        }
        return nil
    }

    private mutating func readPseudoField(_ name: String, _ value: String) -> String? {
        guard name == ":status", !isPastPseudoFields, status == nil else { return "a misplaced pseudo-header field" }
        guard value.utf8.count == 3, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value),
            (100...599).contains(number)
        else { return "an invalid status" }
        status = number
        return nil
    }

    private mutating func readField(_ name: String, _ value: String) -> String? {
        isPastPseudoFields = true
        guard let id = HTTP2FieldTable.id(of: name), name.utf8.count <= UInt16.max else {
            return "an invalid field name"
        }
        guard HTTP2FieldTable.isValid(value) else { return "an invalid field value" }
        guard !HTTP2FieldTable.isConnectionSpecific(id, value) else { return "a field of HTTP/1 connections" }
        guard table.count(name, value) else { return "a head beyond the limits" }
        if id == HeaderName.contentLength.id {
            guard contentLength == nil, let length = HTTP2FieldTable.contentLength(value) else {
                return "an invalid content-length"
            }
            contentLength = length
        }
        table.append(name, value, id: id)
        return nil
    }
}
