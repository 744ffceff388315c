import FilterAPI
import NIOCore

/// The two buffers that a table's entries point into, during one call.
struct LineSources {
    let wire: UnsafeRawBufferPointer
    let edits: UnsafeRawBufferPointer
}

extension HeaderFields {
    /// Fields that never go out as they are in the table.
    private static let connectionFields = HeaderNameSet([
        .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade,
    ])

    /// An upper bound of the bytes that ``writeLines(_:_:_:)`` writes.
    var writtenSize: Int { self.wire.readableBytes + self.edits.readableBytes }

    @inline(__always)
    func withLineSources<Result>(_ body: (LineSources) -> Result) -> Result {
        self.wire.withUnsafeReadableBytes { wire in
            self.edits.withUnsafeReadableBytes { edits in body(LineSources(wire: wire, edits: edits)) }
        }
    }

    /// Writes the field lines without those that the writer itself is responsible for.
    ///
    /// - Returns: Whether there was a `Host`; only the first one is written.
    @inline(__always)
    func writeLines(_ framing: HeadFraming, _ sources: LineSources, _ cursor: inout HeadCursor) -> Bool {
        var run = LineRun()
        var hasHost = false
        var mayWriteLength = framing == .unchanged
        let names = HeaderNameTable.shared
        let (host, contentLength) = (names.host, names.contentLength)
        let dropped = HeaderFields.connectionFields
        self.entries.withUnsafeBufferPointer { entries in
            for entry in entries {
                if dropped.contains(entry.id) { continue }
                if entry.id == host {
                    if hasHost { continue }
                    hasHost = true
                } else if entry.id == contentLength {
                    guard mayWriteLength, !entry.isEdit else { continue }
                    mayWriteLength = false
                }
                if run.append(entry) { continue }
                run.write(sources, &cursor)
                run = LineRun(entry)
            }
        }
        run.write(sources, &cursor)
        return hasHost
    }
}

/// Lines that follow one another in one of the two buffers of a table.
private struct LineRun {
    private var start = 0
    private var end = 0
    private var isEdit = false

    init() {}

    @inline(__always)
    init(_ entry: HeaderFields.Entry) {
        self.start = Int(entry.nameStart)
        self.end = Int(entry.lineEnd)
        self.isEdit = entry.isEdit
    }

    /// Whether the entry's line continues the run, which then covers it.
    @inline(__always)
    mutating func append(_ entry: HeaderFields.Entry) -> Bool {
        guard Int(entry.nameStart) == self.end, entry.isEdit == self.isEdit, self.end > 0 else { return false }
        self.end = Int(entry.lineEnd)
        return true
    }

    @inline(__always)
    func write(_ sources: LineSources, _ cursor: inout HeadCursor) {
        cursor.write(self.isEdit ? sources.edits : sources.wire, self.start, self.end)
    }
}
