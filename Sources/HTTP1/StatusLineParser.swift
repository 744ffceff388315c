/// Parses a status line (RFC 9112, section 4).
///
/// The reason may be missing, together with the space before it: servers leave out both, and no reader misunderstands it.
struct StatusLineParser {
    private var scan = LineScan()
    private(set) var version = HTTP1Version.http11
    private(set) var status = 0
    private(set) var reasonStart = 0
    private(set) var reasonEnd = 0

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
        return end == bound ? .failed(.statusLineTooLong) : .needMore
    }

    /// Answers `nil` when the line goes on past `end`.
    @inline(__always)
    private mutating func parseLine(_ bytes: WireBytes, _ end: Int) -> Progress? {
        switch VersionText.parse(bytes, 0, end) {
        case .ranOut: return nil
        case .invalid: return .failed(.invalidStatusLine)
        case .unsupported: return .failed(.unsupportedVersion)
        case .version(let version): self.version = version
        }
        var offset = VersionText.length
        guard offset < end else { return nil }
        guard bytes[offset] == .space else { return .failed(.invalidStatusLine) }
        self.status = 0
        for digit in (offset + 1)...(offset + 3) {
            guard digit < end else { return nil }
            guard bytes[digit].isDigit else { return .failed(.invalidStatusLine) }
            self.status = self.status &* 10 &+ Int(bytes[digit] &- 0x30)
        }
        guard (100...599).contains(self.status) else { return .failed(.invalidStatusLine) }
        offset += 4
        guard offset < end else { return nil }
        guard bytes[offset] == .space || bytes[offset] == .carriageReturn || bytes[offset] == .lineFeed else {
            return .failed(.invalidStatusLine)
        }
        return self.parseReason(bytes, bytes[offset] == .space ? offset + 1 : offset, end)
    }

    @inline(__always)
    private mutating func parseReason(_ bytes: WireBytes, _ start: Int, _ end: Int) -> Progress? {
        var offset = bytes.firstControl(from: start, to: end)
        while offset < end, bytes[offset] == .tab { offset = bytes.firstControl(from: offset + 1, to: end) }
        guard offset < end else { return nil }
        guard bytes[offset] == .carriageReturn else {
            return .failed(bytes[offset] == .lineFeed ? .invalidLineEnding : .invalidStatusLine)
        }
        guard offset + 1 < end else { return nil }
        guard bytes[offset + 1] == .lineFeed else { return .failed(.invalidLineEnding) }
        self.reasonStart = start
        self.reasonEnd = offset
        return .complete(end: offset + 2)
    }
}
