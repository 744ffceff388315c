import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A port of the loopback interface that nobody listened on a moment ago, for servers that cannot choose one.
///
/// It lies below those that systems give to clients and to servers that leave the choice to them (from 32,768 on Linux): no
/// connection of another test takes it before its server does or while that is down, and nobody who tries to connect to it
/// meanwhile is connected to itself.
package enum FreePort {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let range: ClosedRange<UInt16> = 20_000...32_000
    /// The one to look at next: each is given once, and tests of another process begin elsewhere.
    private static let next = Mutex<UInt16>(.random(in: FreePort.range))

    /// The port; another process may take it before it is used.
    package static func find() throws -> Int {
        var failure = Failure(description: "no free port")
        for _ in 0..<100 {
            do {
                return try self.bindable(self.takeNext())
            } catch let error as Failure {
                failure = error
            }
        }
        throw failure
    }

    private static func takeNext() -> UInt16 {
        self.next.withLock { next in
            defer { next = next == self.range.upperBound ? self.range.lowerBound : next + 1 }
            return next
        }
    }

    /// The port, if it can be bound.
    private static func bindable(_ port: UInt16) throws -> Int {
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
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw Failure(description: "no free port: errno \(errno)") }
        return Int(port)
    }
}
