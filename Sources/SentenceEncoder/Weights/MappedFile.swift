#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file's bytes, mapped for reading: the system loads pages when they are touched, and shares them between processes.
///
/// A mapped file must not be shortened in place; one that is replaced by another of the same name stays as it was.
final class MappedFile: Sendable {
    // The mapping is never written to, and goes with the last reference.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - path: Where the file is.
    ///   - name: What errors call it.
    init(_ path: String, _ name: String) throws(ModelError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            let reason = isMissing ? "missing; expected \(path)" : "cannot open: \(String(cString: strerror(errno)))"
            throw ModelError(file: name, reason)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ModelError(file: name, "found something else; expected a file")
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw ModelError(file: name, "found an empty file") }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw ModelError(file: name, "cannot map: \(String(cString: strerror(errno)))")
        }
        self.bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        if let start = self.bytes.baseAddress {
            munmap(UnsafeMutableRawPointer(mutating: start), self.bytes.count)
        }
    }
}
