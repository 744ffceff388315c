import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ports of the loopback interface that nobody uses, for servers that cannot choose one, or that come back to theirs.
///
/// They lie below those that systems give to outgoing connections and to servers that ask for any port (from 32768 on
/// with Linux, from 49152 on elsewhere), so that none of these takes one before it is used or while its server is down;
/// nor can a connection to one that nobody listens on be made from that very port, and so to itself.
package enum FreePort {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let range = 20_000...29_999
    /// What was found last: no port is given out twice before all have been.
    private static let last = Mutex(Int.random(in: range))

    /// The port. Only a process that wants just this one could take it before it is used.
    package static func find() throws -> Int {
        for _ in self.range {
            let port = self.last.withLock { last in
                last = last < self.range.upperBound ? last + 1 : self.range.lowerBound
                return last
            }
            if try self.isFree(port) { return port }
        }
        throw Failure(description: "no port from \(self.range.lowerBound) to \(self.range.upperBound) is free")
    }

    private static func isFree(_ port: Int) throws -> Bool {
        #if canImport(Darwin)
            let type = SOCK_STREAM
        #else
            let type = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw Failure(description: "no socket: errno \(errno)") }
        defer { _ = close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 || errno == EADDRINUSE else { throw Failure(description: "no free port: errno \(errno)") }
        return result == 0
    }
}
