import FilterAPI

/// Parses a request line (RFC 9112, section 3): one SP between three parts, nothing else.
struct RequestLineParser {
    private var scan = LineScan()
    private(set) var method: HTTPMethod?
    /// Where the raw target begins and ends; empty until it was found.
    private(set) var targetStart = 0
    private(set) var targetEnd = 0
    private(set) var version = HTTP1Version.http11

    enum Progress {
        case needMore
        /// The offset after the line's CRLF.
        case complete(end: Int)
        case failed(HTTP1Error)
    }

    @inline(__always)
    mutating func parse(_ bytes: WireBytes, limit: Int) -> Progress {
        let bound = limit + 2
        let end = min(bytes.count, bound)
        guard self.scan.isWorthParsing(bytes, from: 0, to: end, isFull: end == bound) else { return .needMore }
        if let progress = self.parseLine(bytes, end) { return progress }
        self.scan.ranOut(bytes, end)
        return end == bound ? .failed(.requestLineTooLong) : .needMore
    }

    /// Answers `nil` when the line goes on past `end`.
    @inline(__always)
    private mutating func parseLine(_ bytes: WireBytes, _ end: Int) -> Progress? {
        let methodEnd = bytes.firstOutsideToken(from: 0, to: end)
        guard methodEnd < end else { return nil }
        guard bytes[methodEnd] == .space, methodEnd > 0 else {
            return .failed(RequestLineParser.lineError(bytes[methodEnd], else: .invalidMethod))
        }
        self.method = RequestLineParser.method(bytes, methodEnd)

        let targetStart = methodEnd + 1
        let targetEnd = bytes.firstOutsideTarget(from: targetStart, to: end)
        guard targetEnd < end else { return nil }
        guard bytes[targetEnd] == .space else {
            return .failed(RequestLineParser.lineError(bytes[targetEnd], else: .invalidTarget))
        }
        guard targetEnd > targetStart else { return .failed(.invalidRequestLine) }
        self.targetStart = targetStart
        self.targetEnd = targetEnd
        return self.parseVersion(bytes, targetEnd + 1, end)
    }

    @inline(__always)
    private mutating func parseVersion(_ bytes: WireBytes, _ start: Int, _ end: Int) -> Progress? {
        switch VersionText.parse(bytes, start, end) {
        case .ranOut: return nil
        case .invalid: return .failed(.invalidRequestLine)
        case .unsupported: return .failed(.unsupportedVersion)
        case .version(let version): self.version = version
        }
        let lineEnd = start + VersionText.length
        guard lineEnd < end else { return nil }
        guard bytes[lineEnd] == .carriageReturn else {
            return .failed(bytes[lineEnd] == .lineFeed ? .invalidLineEnding : .invalidRequestLine)
        }
        guard lineEnd + 1 < end else { return nil }
        guard bytes[lineEnd + 1] == .lineFeed else { return .failed(.invalidLineEnding) }
        return .complete(end: lineEnd + 2)
    }

    private static func lineError(_ byte: UInt8, else other: HTTP1Error) -> HTTP1Error {
        switch byte {
        case .lineFeed: .invalidLineEnding
        case .carriageReturn, .space: .invalidRequestLine
        default: other
        }
    }

    @inline(__always)
    private static func method(_ bytes: WireBytes, _ count: Int) -> HTTPMethod {
        if count <= 7 {
            var word: UInt64 = 0
            for offset in 0..<count { word = word &<< 8 | UInt64(bytes[offset]) }
            switch word {
            case 0x474554: return .get
            case 0x48454144: return .head
            case 0x504F5354: return .post
            case 0x505554: return .put
            case 0x44_454C_4554_45: return .delete
            case 0x43_4F4E_4E45_4354: return .connect
            case 0x4F_5054_494F_4E53: return .options
            case 0x54_5241_4345: return .trace
            case 0x50_4154_4348: return .patch
            default: break
            }
        }
        return HTTPMethod(rawValue: String(decoding: bytes.slice(0, count), as: UTF8.self))
    }
}
