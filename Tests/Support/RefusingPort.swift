#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A port of this machine that refuses connections, and that nobody else can take meanwhile: bound, but not listened on.
///
/// It stays so until the process ends: a test that only names the port in a configuration holds nothing any more when the
/// gateway connects.
package final class RefusingPort: Sendable {
    package struct Failure: Error {
        package let number: Int32
    }

    package let port: Int

    package init() throws {
        #if canImport(Darwin)
            let type = SOCK_STREAM
        #else
            let type = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard result == 0 else {
            _ = close(descriptor)
            throw Failure(number: errno)
        }
        self.port = Int(UInt16(bigEndian: address.sin_port))
    }
}
