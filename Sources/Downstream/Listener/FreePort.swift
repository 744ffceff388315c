import NIOCore

#if canImport(Glibc)
    import Glibc

    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#elseif canImport(Musl)
    import Musl

    private let streamSocket = SOCK_STREAM
#else
    import Darwin

    private let streamSocket = SOCK_STREAM
#endif

/// Fails when somebody else listens on an address: `SO_REUSEPORT` alone would share the port with another process
/// silently.
///
/// The socket of the trial never listens, so no client can connect to it in the meantime.
func requireFreePort(_ address: SocketAddress) throws {
    guard address.port != 0 else { return }
    let descriptor = socket(address.protocol.rawValue, streamSocket, 0)
    guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let result = address.withSockAddr { pointer, size in bind(descriptor, pointer, socklen_t(size)) }
    guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
}
