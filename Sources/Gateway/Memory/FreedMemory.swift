#if canImport(Glibc)
    import Glibc
#endif

/// Memory that the allocator keeps after it was freed.
enum FreedMemory {
    #if canImport(Glibc)
        private typealias Trim = @convention(c) (Int) -> Int32

        /// `malloc_trim(3)`, which Swift's module of the C library does not have.
        private static let trim: Trim? = {
            let everywhere: UnsafeMutableRawPointer? = nil
            return dlsym(everywhere, "malloc_trim").map { unsafeBitCast($0, to: Trim.self) }
        }()
    #endif

    /// Gives whole free pages back to the system; elsewhere than in glibc nothing happens.
    ///
    /// Takes the allocator's locks one by one, for some milliseconds when there is much: not for an event loop.
    static func release() {
        #if canImport(Glibc)
            _ = self.trim?(0)
        #endif
    }
}
