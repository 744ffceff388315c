#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A port of this machine that neither takes nor refuses connections: its queue is full, and nobody empties it.
package final class SilentPort: Sendable {
    package struct Failure: Error {
        package let number: Int32
    }

    package let port: Int
    private let descriptors: [Int32]

    package init() throws {
        let listening = try SilentPort.socket()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listening, generic, length) == 0 && listen(listening, 0) == 0
                    ? getsockname(listening, generic, &length) : -1
            }
        }
        guard result == 0 else {
            _ = close(listening)
            throw Failure(number: errno)
        }
        // Two that do not block fill the queue, whether or not it has room for the second.
        let filling = [try SilentPort.socket(), try SilentPort.socket()]
        for descriptor in filling {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
            }
        }
        self.descriptors = [listening] + filling
        self.port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        for descriptor in self.descriptors { _ = close(descriptor) }
    }

    private static func socket() throws -> Int32 {
        #if canImport(Glibc)
            let type = Int32(SOCK_STREAM.rawValue)
        #else
            let type = SOCK_STREAM
        #endif
        let descriptor = system_socket(type)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        return descriptor
    }
}

private func system_socket(_ type: Int32) -> Int32 { socket(AF_INET, type, 0) }
