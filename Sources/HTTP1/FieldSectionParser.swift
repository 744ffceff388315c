import FilterAPI

/// Parses the lines of a header or trailer section in place, and remembers where it stopped.
///
/// A line is parsed as far as it has arrived, so that most bad bytes are refused at once; what arrives of it later is
/// looked at when its end is there (``LineScan``).
struct FieldSectionParser {
    /// The offset of the section's first line.
    private let start: Int
    /// The offset of the first line that is not parsed.
    private(set) var lineStart: Int
    private var scan = LineScan()
    /// Whether framing and routing fields are checked; not in trailers, where they have no meaning.
    private let interprets: Bool
    private(set) var facts = FieldFacts()

    enum Progress {
        case needMore
        /// The offset after the empty line.
        case complete(end: Int)
        case failed(HTTP1Error)
    }

    private enum Line {
        case field(end: Int)
        case ranOut
        case failed(HTTP1Error)
    }

    init(start: Int, interprets: Bool) {
        self.start = start
        self.lineStart = start
        self.interprets = interprets
    }

    @inline(__always)
    mutating func parse(
        _ bytes: WireBytes,
        limits: HeadLimits,
        names: HeaderNameTable,
        into entries: inout ContiguousArray<HeaderFields.Entry>
    ) -> Progress {
        let bound = self.start + limits.headerBytes + 2
        let end = min(bytes.count, bound)
        guard self.scan.isWorthParsing(bytes, from: self.lineStart, to: end, isFull: end == bound) else {
            return .needMore
        }
        while true {
            let offset = self.lineStart
            guard offset < end else { return self.ranOut(bytes, end, bound) }
            if bytes[offset] == .carriageReturn {
                guard offset + 1 < end else { return self.ranOut(bytes, end, bound) }
                guard bytes[offset + 1] == .lineFeed else { return .failed(.invalidLineEnding) }
                return .complete(end: offset + 2)
            }
            guard entries.count < limits.fieldCount else { return .failed(.tooManyFields) }
            switch self.parseLine(bytes, end, names, &entries) {
            case .field(let next): self.lineStart = next
            case .ranOut: return self.ranOut(bytes, end, bound)
            case .failed(let error): return .failed(error)
            }
        }
    }

    private mutating func ranOut(_ bytes: WireBytes, _ end: Int, _ bound: Int) -> Progress {
        self.scan.ranOut(bytes, end)
        return end == bound ? .failed(.headerTooLarge) : .needMore
    }

    @inline(__always)
    private mutating func parseLine(
        _ bytes: WireBytes,
        _ end: Int,
        _ names: HeaderNameTable,
        _ entries: inout ContiguousArray<HeaderFields.Entry>
    ) -> Line {
        let nameStart = self.lineStart
        let colon = bytes.firstIndex(of: UInt8(ascii: ":"), from: nameStart, to: end)
        let id = names.id(bytes.base + nameStart, colon - nameStart)
        if id == 0 {
            let nameEnd = bytes.firstOutsideToken(from: nameStart, to: colon)
            guard nameEnd == colon else { return .failed(self.nameError(bytes, nameEnd)) }
        }
        guard colon < end else { return .ranOut }
        guard colon > nameStart else { return .failed(.invalidFieldName) }
        guard colon - nameStart <= Int(UInt16.max) else { return .failed(.headerTooLarge) }

        var valueStart = colon + 1
        while valueStart < end, bytes[valueStart].isBlank { valueStart &+= 1 }
        var valueEnd = bytes.firstControl(from: valueStart, to: end)
        while valueEnd < end, bytes[valueEnd] == .tab { valueEnd = bytes.firstControl(from: valueEnd + 1, to: end) }
        guard valueEnd < end else { return .ranOut }
        guard bytes[valueEnd] == .carriageReturn else {
            return .failed(bytes[valueEnd] == .lineFeed ? .invalidLineEnding : .invalidFieldValue)
        }
        guard valueEnd + 1 < end else { return .ranOut }
        guard bytes[valueEnd + 1] == .lineFeed else { return .failed(.invalidLineEnding) }
        let lineEnd = valueEnd + 2
        let untrimmedEnd = valueEnd
        while valueEnd > valueStart, bytes[valueEnd - 1].isBlank { valueEnd &-= 1 }

        if self.interprets, names.interpreted.contains(id) {
            let value = bytes.slice(valueStart, valueEnd)
            // Allowed, but some servers refuse it in a length, and nobody sends it in good faith.
            if id == names.contentLength, bytes.slice(valueEnd, untrimmedEnd).contains(.tab) {
                return .failed(.invalidContentLength)
            }
            if let error = self.facts.note(id, value: value, index: entries.count, names: names) {
                return .failed(error)
            }
        }
        entries.append(
            HeaderFields.Entry(
                nameStart: UInt32(truncatingIfNeeded: nameStart),
                nameLength: UInt16(truncatingIfNeeded: colon - nameStart),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueLength: UInt32(truncatingIfNeeded: valueEnd - valueStart),
                lineEnd: UInt32(truncatingIfNeeded: lineEnd),
                id: id
            )
        )
        return .field(end: lineEnd)
    }

    /// Says what a byte that is not allowed in a name was meant to be.
    private func nameError(_ bytes: WireBytes, _ offset: Int) -> HTTP1Error {
        if offset == self.lineStart, bytes[offset].isBlank { return .obsoleteFolding }
        return bytes[offset] == .lineFeed ? .invalidLineEnding : .invalidFieldName
    }
}
