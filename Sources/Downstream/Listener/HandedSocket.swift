package import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A listening socket that somebody else has opened: systemd, or the gateway that served before this one.
///
/// Connections that wait in it are not lost when the process that opened it ends.
package struct HandedSocket: Sendable, Hashable {
    /// What the one who opened it calls it; empty for nothing.
    package let name: String
    /// Its file descriptor.
    package let descriptor: CInt
    /// Where it is bound; `nil` for what is no IP socket.
    package let address: SocketAddress?
    /// Whether the service manager holds it too, so that its port stays open when this process lets go of it.
    package let isOfServiceManager: Bool

    /// Takes a descriptor; it is not passed on to children of the process from here on.
    ///
    /// - Parameters:
    ///   - name: What the one who opened it calls it.
    ///   - descriptor: Its file descriptor.
    ///   - isOfServiceManager: Whether the service manager holds it too; default no.
    /// - Throws: `IOError` when it is no listening stream socket.
    package init(name: String, descriptor: CInt, isOfServiceManager: Bool = false) throws {
        self.name = name
        self.descriptor = descriptor
        self.isOfServiceManager = isOfServiceManager
        guard try HandedSocket.isListening(descriptor) else { throw IOError(errnoCode: EINVAL, reason: "listen") }
        self.address = HandedSocket.address(of: descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Another descriptor of the same socket.
    package static func duplicate(_ descriptor: CInt) throws -> CInt {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw IOError(errnoCode: errno, reason: "fcntl") }
        return copy
    }

    /// The same socket with another descriptor.
    package func copy() throws -> HandedSocket {
        try HandedSocket(
            name: self.name,
            descriptor: Self.duplicate(self.descriptor),
            isOfServiceManager: self.isOfServiceManager
        )
    }

    /// Lets go of the socket.
    package func close() { Self.close(self.descriptor) }

    /// Closes a descriptor.
    package static func close(_ descriptor: CInt) {
        #if canImport(Glibc)
            _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
            _ = Musl.close(descriptor)
        #else
            _ = Darwin.close(descriptor)
        #endif
    }

    private static func isListening(_ descriptor: CInt) throws -> Bool {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 else {
            throw IOError(errnoCode: errno, reason: "getsockopt")
        }
        return value != 0
    }

    private static func address(of descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes -> SocketAddress? in
            guard let base = bytes.baseAddress else { return nil }
            let result = getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &size)
            guard result == 0 else { return nil }
            switch CInt(bytes.load(as: sockaddr.self).sa_family) {
            case AF_INET: return SocketAddress(bytes.load(as: sockaddr_in.self))
            case AF_INET6: return SocketAddress(bytes.load(as: sockaddr_in6.self))
            default: return nil
            }
        }
    }
}
