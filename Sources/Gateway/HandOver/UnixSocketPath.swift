import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a socket of this machine may be.
enum UnixSocketPath {
    /// The longest path in bytes: the shortest `sun_path` of the systems that are served, without the zero behind it.
    static let longest = 103

    /// Why no socket can be at a path.
    enum Mistake: Error, Hashable, CustomStringConvertible {
        /// It has more than ``longest`` bytes.
        case tooLong(String)
        /// Something else is there, and stays.
        case notSocket(String)

        var description: String {
            switch self {
            case .tooLong(let path):
                "the path \(path) has \(path.utf8.count) bytes, and that of a Unix socket has at most \(UnixSocketPath.longest)"
            case .notSocket(let path): "\(path) is there already and is no socket; it stays as it is"
            }
        }
    }

    /// The address of a path.
    static func address(_ path: String) throws -> SocketAddress {
        guard path.utf8.count <= self.longest else { throw Mistake.tooLong(path) }
        return try SocketAddress(unixDomainSocketPath: path)
    }

    /// Whether a socket is there; `false` for nothing.
    ///
    /// - Throws: ``Mistake`` when something else is there, a link included, whatever it leads to.
    static func isSocket(_ path: String) throws -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            // Whoever connects or binds there hears of anything but this.
            guard errno == ENOENT else { throw IOError(errnoCode: errno, reason: "lstat") }
            return false
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw Mistake.notSocket(path) }
        return true
    }
}
