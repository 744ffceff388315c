import NIOCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The process has no file descriptor for another connection, which is no fault of the endpoint.
struct DescriptorShortage: Error {
    /// Whether an error of connecting says so: socket(2).
    static func isCause(of error: any Error) -> Bool {
        if error is DescriptorShortage { return true }
        guard let error = error as? IOError else { return false }
        return error.errnoCode == EMFILE || error.errnoCode == ENFILE
    }
}
