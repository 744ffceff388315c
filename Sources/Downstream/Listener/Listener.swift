package import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One address that clients connect to: a socket on every event loop, shared out by the kernel (`SO_REUSEPORT`).
package final class Listener: Sendable {
    package let name: String
    /// The address it is bound to, with the real port.
    package let address: SocketAddress
    private let channels: [any Channel]
    private let open: ConnectionCount

    private init(name: String, address: SocketAddress, channels: [any Channel], open: ConnectionCount) {
        self.name = name
        self.address = address
        self.channels = channels
        self.open = open
    }

    /// Connections that are open now.
    package var connectionCount: Int { self.open.value }
    /// Connections that were closed at once since there were too many, or memory was short.
    package var refusedCount: (limit: Int, overload: Int) { self.open.refused }

    /// Binds a socket on each loop.
    ///
    /// - Parameters:
    ///   - name: The listener's name.
    ///   - address: Where; port 0 lets the system choose one, the same for all loops.
    ///   - limits: The limits of its connections.
    ///   - protocols: What it speaks in clear text.
    ///   - tls: The certificates, which say what is spoken over TLS too; `nil` for clear text.
    ///   - loops: The client side of each event loop.
    /// - Throws: ``ListenerError`` when the address cannot be bound, also when another process listens there with
    ///   `SO_REUSEPORT`.
    package static func bind(
        name: String,
        address: SocketAddress,
        limits: ConnectionLimits,
        protocols: ListenerProtocols = .all,
        tls: TLSCertificates? = nil,
        loops: [LoopBox]
    ) async throws -> Listener {
        let open = ConnectionCount()
        var channels: [any Channel] = []
        var bound = address
        do {
            try requireFreePort(address)
            for loop in loops {
                let channel = try await bootstrap(loop, limits, protocols, tls, open).bind(to: bound).get()
                channels.append(channel)
                if let local = channel.localAddress { bound = local }
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw ListenerError(name: name, address: address, error: error)
        }
        return Listener(name: name, address: bound, channels: channels, open: open)
    }

    /// Stops accepting; connections stay.
    package func close() async {
        for channel in self.channels { try? await channel.close() }
    }

    private static func bootstrap(
        _ loop: LoopBox,
        _ limits: ConnectionLimits,
        _ protocols: ListenerProtocols,
        _ tls: TLSCertificates?,
        _ open: ConnectionCount
    ) -> ServerBootstrap {
        ServerBootstrap(group: loop.eventLoop)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.init(rawValue: SO_REUSEPORT)), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .childChannelOption(.autoRead, value: false)
            // One part at a time: several would all be held when the service takes none of them.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.buffer / 2, high: limits.buffer)
            )
            .childChannelInitializer { channel in
                guard open.enter(limit: limits.connections, loop.value.overload.level) else {
                    return channel.eventLoop.makeFailedFuture(ConnectionRefused())
                }
                channel.closeFuture.whenComplete { _ in open.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    guard let tls else {
                        return try loop.value.installProtocol(protocols.inClearText, on: channel, limits: limits)
                    }
                    let handshake = TLSHandshake(tls, channel: channel, loop: loop.value, limits: limits)
                    try channel.pipeline.syncOperations.addHandler(handshake)
                }
            }
    }
}

/// The client side of a loop on its way to that loop: made and used there, only carried elsewhere.
package struct LoopBox: @unchecked Sendable {
    package let value: DownstreamLoop
    package let eventLoop: any EventLoop

    package init(_ value: DownstreamLoop) {
        self.value = value
        self.eventLoop = value.eventLoop
    }
}

/// Why a listener could not be opened.
package struct ListenerError: Error, CustomStringConvertible {
    package let name: String
    package let address: SocketAddress
    package let error: any Error

    package var description: String {
        let place = "\(self.address.ipAddress ?? "?"):\(self.address.port ?? 0)"
        if let error = self.error as? IOError, error.errnoCode == EADDRINUSE {
            return "listener \"\(self.name)\": address \(place) is already in use"
        }
        return "listener \"\(self.name)\": cannot listen on \(place): \(self.error)"
    }
}

/// Closes a connection that was just accepted.
private struct ConnectionRefused: Error {}

/// The open connections of one listener over all its loops.
private final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    private let overLimit = Atomic<Int>(0)
    private let overBudget = Atomic<Int>(0)

    var value: Int { self.count.load(ordering: .relaxed) }

    var refused: (limit: Int, overload: Int) {
        (self.overLimit.load(ordering: .relaxed), self.overBudget.load(ordering: .relaxed))
    }

    func enter(limit: Int, _ level: MemoryPressure.Level) -> Bool {
        guard level < .connections else {
            self.overBudget.wrappingAdd(1, ordering: .relaxed)
            return false
        }
        let (before, _) = self.count.wrappingAdd(1, ordering: .relaxed)
        guard before < limit else {
            self.leave()
            self.overLimit.wrappingAdd(1, ordering: .relaxed)
            return false
        }
        return true
    }

    func leave() {
        self.count.wrappingSubtract(1, ordering: .relaxed)
    }
}
