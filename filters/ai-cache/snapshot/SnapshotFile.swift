import Crypto
import NIOCore

/// A file of records that is either whole or not taken at all.
///
/// A line that names kind and version; records, each with its length before it; the mark of the end with the number of
/// records; the SHA-256 of everything before it. A new file is written beside the old one, forced to the disk, and put in
/// its place at once.
struct SnapshotFile: Sendable, Hashable {
    private static let endMark = UInt32.max
    private static let chunk = 1 << 20
    /// The longest record, in bytes.
    static let longestRecord = 1 << 30

    let path: String
    /// Whose records these are.
    let kind: String
    /// The form of the records that are written.
    let version: Int
    /// Earlier forms that can be read too; their numbers have as many digits.
    var readable: Set<Int> = []

    private var header: String { self.header(of: self.version) }
    private var temporaryPath: String { self.path + ".new" }
    /// Where a file goes that cannot be used.
    var damagedPath: String { self.path + ".damaged" }

    /// Writes the file anew.
    ///
    /// - Parameter body: Gives the records one after the other to the function that it gets.
    /// - Throws: ``SnapshotError`` or what `body` throws; the old file is then as it was.
    func write(_ body: (_ write: (ByteBuffer) throws -> Void) throws -> Void) throws {
        do {
            let file = try DiskFile(creating: self.temporaryPath)
            var output = Output(file: file)
            try output.append(ByteBuffer(string: self.header))
            var count: UInt64 = 0
            try body { record in
                guard record.readableBytes <= Self.longestRecord else { return }
                try output.append(ByteBuffer(integer: UInt32(record.readableBytes)))
                try output.append(record)
                count += 1
            }
            try output.append(ByteBuffer(integer: Self.endMark))
            try output.append(ByteBuffer(integer: count))
            try output.finish()
            try file.synchronize()
            try DiskFile.move(self.temporaryPath, to: self.path)
        } catch {
            DiskFile.remove(self.temporaryPath)
            throw error
        }
        try DiskFile.synchronizeFolder(of: self.path)
    }

    /// Reads the file.
    ///
    /// - Parameter body: Gets the records one after the other, once the whole file has been found to be undamaged.
    /// - Returns: Whether there is a file.
    /// - Throws: ``SnapshotError`` when the file cannot be read or is damaged, or what `body` throws.
    func read(_ body: (inout ByteBuffer) throws -> Void) throws -> Bool {
        guard let file = try DiskFile(reading: self.path) else { return false }
        try self.verify(file)
        try file.rewind()
        var input = Input(file: file)
        _ = try input.take(self.header.utf8.count)
        while true {
            guard let length = try input.take(4).getInteger(at: 0, as: UInt32.self), length != Self.endMark else {
                break
            }
            var record = try input.take(Int(length))
            try body(&record)
        }
        return true
    }

    /// Moves the file out of the way; an earlier one that was damaged is replaced.
    func setAside() throws(SnapshotError) { try DiskFile.move(self.path, to: self.damagedPath) }

    private func header(of version: Int) -> String { "sluice-snapshot/1 \(self.kind)/\(version)\n" }

    /// Checks header, digest, lengths and the number of records.
    private func verify(_ file: DiskFile) throws {
        let header = self.header.utf8.count
        let body = try file.size() - SHA256.byteCount
        guard body >= header + 12 else { throw SnapshotError("the file is too short") }
        try file.rewind()
        var input = Input(file: file)
        let found = String(buffer: try input.take(header))
        guard found == self.header || self.readable.contains(where: { self.header(of: $0) == found }) else {
            throw SnapshotError("the file does not begin with \"\(self.header.dropLast())\"")
        }
        try file.rewind()
        input = Input(file: file)
        var hash = SHA256()
        var left = body
        while left > 0 {
            let part = try input.take(min(left, Self.chunk))
            part.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
            left -= part.readableBytes
        }
        guard Array(try input.take(SHA256.byteCount).readableBytesView) == Array(hash.finalize()) else {
            throw SnapshotError("the checksum does not match")
        }
        try self.verifyRecords(file, body: body)
    }

    private func verifyRecords(_ file: DiskFile, body: Int) throws {
        try file.rewind()
        var input = Input(file: file)
        var left = body - self.header.utf8.count - 12
        _ = try input.take(self.header.utf8.count)
        var count: UInt64 = 0
        while let length = try input.take(4).getInteger(at: 0, as: UInt32.self), length != Self.endMark {
            left -= 4 + Int(length)
            guard left >= 0 else { throw SnapshotError("a record is longer than the file") }
            _ = try input.take(Int(length))
            count += 1
        }
        guard left == 0, try input.take(8).getInteger(at: 0, as: UInt64.self) == count else {
            throw SnapshotError("records are missing")
        }
    }
}

extension SnapshotFile {
    /// Collects small pieces, and writes them together with what the checksum needs.
    private struct Output {
        let file: DiskFile
        private var hash = SHA256()
        private var waiting = ByteBuffer()

        init(file: DiskFile) { self.file = file }

        mutating func append(_ bytes: ByteBuffer) throws(SnapshotError) {
            self.waiting.writeImmutableBuffer(bytes)
            if self.waiting.readableBytes >= SnapshotFile.chunk { try self.flush() }
        }

        mutating func finish() throws(SnapshotError) {
            try self.flush()
            self.waiting.writeBytes(self.hash.finalize())
            try self.file.write(self.waiting)
        }

        private mutating func flush() throws(SnapshotError) {
            let bytes = self.waiting
            bytes.withUnsafeReadableBytes { self.hash.update(bufferPointer: $0) }
            try self.file.write(bytes)
            self.waiting.clear()
        }
    }

    /// Gives pieces of the asked length.
    private struct Input {
        let file: DiskFile
        private var waiting = ByteBuffer()

        init(file: DiskFile) { self.file = file }

        mutating func take(_ count: Int) throws(SnapshotError) -> ByteBuffer {
            while self.waiting.readableBytes < count {
                self.waiting.discardReadBytes()
                guard try self.file.read(into: &self.waiting, atMost: SnapshotFile.chunk) else {
                    throw SnapshotError("the file ends early")
                }
            }
            return self.waiting.readSlice(length: count).map { ByteBuffer(bytes: $0.readableBytesView) } ?? ByteBuffer()
        }
    }
}

extension ByteBuffer {
    /// Writes a part of a record that may be missing.
    mutating func writeSnapshotPart(_ part: ByteBuffer?) {
        self.writeInteger(Int32(truncatingIfNeeded: part?.readableBytes ?? -1))
        if let part { self.writeImmutableBuffer(part) }
    }

    /// Reads such a part; the outer `nil` says that the record is not as it should be.
    mutating func readSnapshotPart() -> ByteBuffer?? {
        guard let length = self.readInteger(as: Int32.self) else { return nil }
        if length == -1 { return .some(nil) }
        guard length >= 0, let part = self.readSlice(length: Int(length)) else { return nil }
        return .some(ByteBuffer(bytes: part.readableBytesView))
    }
}
