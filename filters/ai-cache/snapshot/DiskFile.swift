import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file; blocks the thread that uses it.
final class DiskFile: Sendable {
    private let descriptor: CInt
    private let path: String

    /// Opens an empty file for writing, with mode 0600.
    init(creating path: String) throws(SnapshotError) {
        self.path = path
        self.descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC) ?? -1
    }

    /// Opens a file for writing behind what it holds; makes it, with mode 0600, when it is not there.
    init(appendingTo path: String) throws(SnapshotError) {
        self.path = path
        // Non-blocking, so that a named pipe without a reader is an error and not a thread that hangs.
        self.descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK) ?? -1
    }

    /// Opens a file for reading; `nil` when there is none.
    init?(reading path: String) throws(SnapshotError) {
        guard let descriptor = try Self.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) else { return nil }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(self.descriptor) }

    func write(_ bytes: ByteBuffer) throws(SnapshotError) {
        var rest = bytes
        while rest.readableBytes > 0 {
            let count = rest.withUnsafeReadableBytes { systemWrite(self.descriptor, $0) }
            if count > 0 {
                rest.moveReaderIndex(forwardBy: count)
            } else if count == 0 || errno != EINTR {
                throw Self.failure("write", self.path)
            }
        }
    }

    /// Reads on; whether there was anything more.
    func read(into buffer: inout ByteBuffer, atMost limit: Int) throws(SnapshotError) -> Bool {
        while true {
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { room in
                max(0, systemRead(self.descriptor, UnsafeMutableRawBufferPointer(rebasing: room.prefix(limit))))
            }
            if count > 0 { return true }
            let code = errno
            if count == 0, code == 0 { return false }
            if code != EINTR { throw Self.failure("read", self.path) }
        }
    }

    func size() throws(SnapshotError) -> Int {
        let end = lseek(self.descriptor, 0, SEEK_END)
        guard end >= 0 else { throw Self.failure("read", self.path) }
        return Int(end)
    }

    func rewind() throws(SnapshotError) {
        guard lseek(self.descriptor, 0, SEEK_SET) == 0 else { throw Self.failure("read", self.path) }
    }

    /// Waits until the disk has everything.
    func synchronize() throws(SnapshotError) {
        guard fsync(self.descriptor) == 0 else { throw Self.failure("synchronise", self.path) }
    }
}

extension DiskFile {
    /// Puts a file in the place of another at once.
    static func move(_ path: String, to other: String) throws(SnapshotError) {
        guard rename(path, other) == 0 else { throw self.failure("rename", path) }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) { unlink(path) }

    /// Waits until the disk has the folder's names.
    static func synchronizeFolder(of path: String) throws(SnapshotError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "."
        guard let descriptor = try self.open(folder, O_RDONLY | O_CLOEXEC) else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw self.failure("synchronise", folder) }
    }

    /// Opens a file; `nil` when there is none.
    private static func open(_ path: String, _ flags: CInt) throws(SnapshotError) -> CInt? {
        while true {
            #if canImport(Glibc)
                let descriptor = Glibc.open(path, flags, 0o600)
            #elseif canImport(Musl)
                let descriptor = Musl.open(path, flags, 0o600)
            #else
                let descriptor = Darwin.open(path, flags, 0o600)
            #endif
            if descriptor >= 0 { return descriptor }
            let code = errno
            if code == ENOENT, flags & O_CREAT == 0 { return nil }
            if code != EINTR { throw self.failure("open", path, code) }
        }
    }

    private static func failure(_ action: String, _ path: String, _ code: CInt = errno) -> SnapshotError {
        SnapshotError("cannot \(action) \(path): \(String(cString: strerror(code)))")
    }
}

private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
}

/// Like `read(2)`; sets `errno` to 0 at the end of the file.
private func systemRead(_ descriptor: CInt, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    errno = 0
    #if canImport(Glibc)
        return Glibc.read(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
        return Musl.read(descriptor, bytes.baseAddress, bytes.count)
    #else
        return Darwin.read(descriptor, bytes.baseAddress, bytes.count)
    #endif
}
