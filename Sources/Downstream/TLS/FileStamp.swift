#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells one state of a file from another without reading it.
///
/// The time of the last change of the inode is part of it: unlike the time of the last modification no tool can set it
/// back. Links are followed, so that a swap of a link is seen too.
package struct FileStamp: Sendable, Hashable {
    let size: Int
    let isRegularFile: Bool
    private let device: UInt64
    private let inode: UInt64
    private let modified: [Int]

    /// Looks at a file; `nil` when there is none.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.size = Int(status.st_size)
        self.isRegularFile = status.st_mode & S_IFMT == S_IFREG
        self.device = UInt64(truncatingIfNeeded: status.st_dev)
        self.inode = UInt64(truncatingIfNeeded: status.st_ino)
        #if canImport(Darwin)
            let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        self.modified = [modification.tv_sec, modification.tv_nsec, change.tv_sec, change.tv_nsec]
    }
}
