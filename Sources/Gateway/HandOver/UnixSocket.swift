import NIOCore

#if canImport(Glibc)
    import Glibc

    private let streamSocket = Int32(SOCK_STREAM.rawValue)
    private let noSignal = CInt(MSG_NOSIGNAL)
    private let bothWays = CInt(SHUT_RDWR)
#elseif canImport(Musl)
    import Musl

    private let streamSocket = SOCK_STREAM
    private let noSignal = MSG_NOSIGNAL
    private let bothWays = SHUT_RDWR
#else
    import Darwin

    private let streamSocket = SOCK_STREAM
    private let noSignal: Int32 = 0
    private let bothWays = SHUT_RDWR
#endif

/// A stream socket of this machine over which processes give each other descriptors; it blocks, and closes itself.
///
/// Source: unix(7), cmsg(3).
final class UnixSocket: Sendable {
    let descriptor: CInt

    init(adopting descriptor: CInt) { self.descriptor = descriptor }

    deinit { _ = close(self.descriptor) }

    private static func make() throws -> UnixSocket {
        let descriptor = socket(AF_UNIX, streamSocket, 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return UnixSocket(adopting: descriptor)
    }

    /// Connects to whoever listens at a path.
    ///
    /// - Returns: `nil` when nobody does.
    static func connect(to path: String) throws -> UnixSocket? {
        let address = try UnixSocketPath.address(path)
        _ = try UnixSocketPath.isSocket(path)
        let made = try self.make()
        let result = address.withSockAddr { pointer, size in system_connect(made.descriptor, pointer, socklen_t(size)) }
        if result == 0 { return made }
        guard errno == ENOENT || errno == ECONNREFUSED else { throw IOError(errnoCode: errno, reason: "connect") }
        return nil
    }

    /// Listens at a path that only this user may connect to; a socket that was there before goes.
    static func listen(at path: String) throws -> UnixSocket {
        let address = try UnixSocketPath.address(path)
        if try UnixSocketPath.isSocket(path), unlink(path) != 0 { throw IOError(errnoCode: errno, reason: "unlink") }
        let made = try self.make()
        let bound = address.withSockAddr { pointer, size in bind(made.descriptor, pointer, socklen_t(size)) }
        guard bound == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
        // Nobody can connect before it listens.
        guard chmod(path, 0o600) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
        guard system_listen(made.descriptor, 4) == 0 else { throw IOError(errnoCode: errno, reason: "listen") }
        return made
    }

    /// The next one who connects.
    func accept() throws -> UnixSocket {
        let accepted = system_accept(self.descriptor)
        guard accepted >= 0 else { throw IOError(errnoCode: errno, reason: "accept") }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return UnixSocket(adopting: accepted)
    }

    /// Ends what waits on this socket.
    func wake() { _ = shutdown(self.descriptor, bothWays) }

    /// How long a read may wait; without a limit it waits for ever.
    func limitReading(to seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { system_send(self.descriptor, $0.baseAddress, $0.count, noSignal) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw IOError(errnoCode: errno, reason: "send") }
            rest = rest.dropFirst(count)
        }
    }

    /// That many bytes; fewer when the other end has closed.
    func receive(_ count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: count)
        while received.count < count {
            let left = count - received.count
            let read = chunk.withUnsafeMutableBytes { recv(self.descriptor, $0.baseAddress, left, 0) }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw IOError(errnoCode: errno, reason: "recv") }
            guard read > 0 else { return received }
            received += chunk.prefix(read)
        }
        return received
    }
}

private func system_connect(_ socket: CInt, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> CInt {
    connect(socket, address, size)
}

private func system_listen(_ socket: CInt, _ backlog: CInt) -> CInt { listen(socket, backlog) }

private func system_accept(_ socket: CInt) -> CInt { accept(socket, nil, nil) }

private func system_send(_ socket: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
    send(socket, bytes, count, flags)
}
