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
    /// The address it is bound to, with the real port.
    package let address: SocketAddress
    private let sockets: [(channel: any Channel, loop: LoopBox)]
    private let current: CurrentSettings
    private let open: ConnectionCount

    private init(
        address: SocketAddress,
        sockets: [(channel: any Channel, loop: LoopBox)],
        current: CurrentSettings,
        open: ConnectionCount
    ) {
        self.address = address
        self.sockets = sockets
        self.current = current
        self.open = open
    }

    /// What new connections get.
    package var settings: ListenerSettings { self.current.value }
    /// Its name in logs and metrics.
    package var name: String { self.settings.name }
    /// Connections that are open now.
    package var connectionCount: Int { self.open.value }
    /// Connections that were accepted and not closed at once.
    package var acceptedCount: Int { self.open.accepted }
    /// Connections that were closed at once since there were too many, or memory was short.
    package var refusedCount: (limit: Int, overload: Int) { self.open.refused }

    /// Binds a socket on each loop, without accepting anything before ``accept()``.
    ///
    /// - Parameters:
    ///   - settings: What its connections get.
    ///   - address: Where; port 0 lets the system choose one, the same for all loops.
    ///   - isPortOurs: Whether this process listens at the port already, so that it is no sign of another one.
    ///   - loops: The client side of each event loop.
    /// - Throws: ``ListenerError`` when the address cannot be bound, also when another process listens there with
    ///   `SO_REUSEPORT`.
    package static func bind(
        _ settings: ListenerSettings,
        address: SocketAddress,
        isPortOurs: Bool = false,
        loops: [LoopBox]
    ) async throws -> Listener {
        let open = ConnectionCount()
        let current = CurrentSettings(settings)
        var sockets: [(channel: any Channel, loop: LoopBox)] = []
        var bound = address
        do {
            if !isPortOurs { try requireFreePort(address) }
            for loop in loops {
                let channel = try await bootstrap(loop, current, open).bind(to: bound).get()
                sockets.append((channel, loop))
                if let local = channel.localAddress { bound = local }
            }
        } catch {
            for socket in sockets { try? await socket.channel.close() }
            throw ListenerError(name: settings.name, address: address, error: error)
        }
        return Listener(address: bound, sockets: sockets, current: current, open: open)
    }

    /// Begins to accept connections.
    package func accept() async throws {
        for socket in self.sockets { try await socket.channel.setOption(.autoRead, value: true).get() }
    }

    /// Gives other settings to the connections that are accepted from now on.
    package func change(to settings: ListenerSettings) { self.current.change(to: settings) }

    /// Stops accepting; connections stay.
    package func close() async {
        for socket in self.sockets { try? await socket.channel.close() }
    }

    /// Stops accepting, and ends the connections that it has accepted: idle ones now, the others after their current
    /// streams, and what is left after `timeout` at once. Returns when all of them know.
    package func drain(within timeout: TimeAmount) async {
        await self.close()
        for socket in self.sockets {
            let drained = socket.loop.eventLoop.submit {
                socket.loop.value.drain(acceptedBy: socket.channel, within: timeout)
            }
            // A loop that has ended has no connections left.
            try? await drained.get()
        }
    }

    private static func bootstrap(
        _ loop: LoopBox,
        _ current: CurrentSettings,
        _ open: ConnectionCount
    ) -> ServerBootstrap {
        ServerBootstrap(group: loop.eventLoop)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.init(rawValue: SO_REUSEPORT)), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .childChannelOption(.autoRead, value: false)
            // One part at a time: several would all be held when the service takes none of them.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                let settings = current.value
                guard open.enter(limit: settings.limits.connections, loop.value.overload.level) else {
                    return channel.eventLoop.makeFailedFuture(ConnectionRefused())
                }
                channel.closeFuture.whenComplete { _ in open.leave() }
                return channel.eventLoop.makeCompletedFuture { try install(settings, on: channel, loop.value) }
            }
    }

    private static func install(
        _ settings: ListenerSettings,
        on channel: any Channel,
        _ loop: DownstreamLoop
    ) throws {
        let limits = settings.limits
        let mark = ChannelOptions.Types.WriteBufferWaterMark(low: limits.buffer / 2, high: limits.buffer)
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
        guard let tls = settings.tls else {
            return try loop.installProtocol(settings.protocols.inClearText, on: channel, limits: limits)
        }
        let handshake = TLSHandshake(tls, channel: channel, loop: loop, limits: limits)
        try channel.pipeline.syncOperations.addHandler(handshake)
    }
}

/// The settings of a listener, looked at for each connection that is accepted.
private final class CurrentSettings: Sendable {
    private let state: Mutex<ListenerSettings>

    init(_ settings: ListenerSettings) { self.state = Mutex(settings) }

    var value: ListenerSettings { self.state.withLock { $0 } }

    func change(to settings: ListenerSettings) { self.state.withLock { $0 = settings } }
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
    private let entered = Atomic<Int>(0)
    private let overLimit = Atomic<Int>(0)
    private let overBudget = Atomic<Int>(0)

    var value: Int { self.count.load(ordering: .relaxed) }
    var accepted: Int { self.entered.load(ordering: .relaxed) }

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
        self.entered.wrappingAdd(1, ordering: .relaxed)
        return true
    }

    func leave() {
        self.count.wrappingSubtract(1, ordering: .relaxed)
    }
}
