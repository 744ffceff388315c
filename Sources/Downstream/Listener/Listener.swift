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
    private let sockets: [Socket]
    private let current: CurrentSettings
    private let open: ConnectionCount
    private let pauses: AcceptPauses

    private init(
        address: SocketAddress,
        sockets: [Socket],
        current: CurrentSettings,
        open: ConnectionCount,
        pauses: AcceptPauses
    ) {
        self.address = address
        self.sockets = sockets
        self.current = current
        self.open = open
        self.pauses = pauses
    }

    /// What new connections get.
    package var settings: ListenerSettings { self.current.value }
    /// Its name in logs and metrics.
    package var name: String { self.settings.name }
    /// Connections that are open now.
    package var connectionCount: Int { self.open.value }
    /// Connections that were accepted and not closed at once.
    package var acceptedCount: Int { self.open.accepted }
    /// Connections that were closed at once since there were too many, or memory or descriptors were short.
    package var refusedCount: (limit: Int, overload: Int, descriptors: Int) { self.open.refused }
    /// How often one of its sockets has paused since file descriptors were short.
    package var pauseCount: Int { self.pauses.count }

    /// Binds a socket on each loop, without accepting anything before ``accept()``.
    ///
    /// - Parameters:
    ///   - settings: What its connections get.
    ///   - address: Where; port 0 lets the system choose one, the same for all loops.
    ///   - isPortOurs: Whether this process listens at the port already, so that it is no sign of another one.
    ///   - handed: Sockets that listen there already; when there are any, they are taken over and no other is opened.
    ///   - descriptors: Tells when to accept no more.
    ///   - group: The event loops.
    ///   - loops: The client side of each event loop.
    /// - Throws: ``ListenerError`` when the address cannot be bound, also when another process listens there with
    ///   `SO_REUSEPORT`.
    package static func bind(
        _ settings: ListenerSettings,
        address: SocketAddress,
        isPortOurs: Bool = false,
        adopting handed: [HandedSocket] = [],
        descriptors: DescriptorWatch,
        group: any EventLoopGroup,
        loops: [LoopBox]
    ) async throws -> Listener {
        let open = ConnectionCount()
        let current = CurrentSettings(settings)
        let pauses = AcceptPauses(descriptors) { current.value.name }
        var sockets: [Socket] = []
        var bound = address
        do {
            if handed.isEmpty {
                if !isPortOurs { try requireFreePort(address) }
                for loop in loops {
                    let channel = try await bootstrap(loop, [loop], in: group, current, open, pauses)
                        .serverChannelOption(.socketOption(.init(rawValue: SO_REUSEPORT)), value: 1)
                        .bind(to: bound).get()
                    sockets.append(Socket(channel: channel, loops: [loop]))
                    if let local = channel.localAddress { bound = local }
                }
            } else {
                for (index, socket) in handed.enumerated() {
                    // Never two loops for one socket: each would be woken for what the other has taken. When there are
                    // fewer sockets than loops, those that accept give the connections to all in turn.
                    let acceptor = loops[index % loops.count]
                    let takers = handed.count < loops.count ? loops : [acceptor]
                    let channel = try await bootstrap(acceptor, takers, in: group, current, open, pauses)
                        .withBoundSocket(socket.descriptor).get()
                    sockets.append(Socket(channel: channel, loops: takers))
                }
                bound = handed.first?.address ?? address
            }
        } catch {
            for socket in sockets { try? await socket.channel.close() }
            throw ListenerError(name: settings.name, address: address, error: error)
        }
        return Listener(address: bound, sockets: sockets, current: current, open: open, pauses: pauses)
    }

    /// Begins to accept connections.
    package func accept() async throws {
        for socket in self.sockets { try await socket.channel.setOption(.autoRead, value: true).get() }
    }

    /// Gives other settings to the connections that are accepted from now on.
    package func change(to settings: ListenerSettings) { self.current.change(to: settings) }

    /// Stops accepting; connections stay.
    package func close() async {
        for socket in self.sockets { await socket.close() }
    }

    /// Stops accepting, and ends the connections that it has accepted: idle ones now, the others after their current
    /// streams, and what is left after `timeout` at once. Returns when all of them know.
    package func drain(within timeout: TimeAmount) async {
        await self.close()
        for socket in self.sockets {
            for loop in socket.loops {
                let drained = loop.eventLoop.submit { loop.value.drain(acceptedBy: socket.channel, within: timeout) }
                // A loop that has ended has no connections left.
                try? await drained.get()
            }
        }
    }

    /// Other descriptors of its sockets, for the process that goes on after this one.
    package func duplicateSockets() async throws -> [CInt] {
        var copies: [CInt] = []
        for socket in self.sockets {
            let channel = socket.channel
            let copy = try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    try HandedSocket.duplicate($0)
                }
            }.get()
            if let copy { copies.append(copy) }
        }
        return copies
    }

    /// - Parameters:
    ///   - loop: Accepts.
    ///   - takers: Get the connections: this loop, or all of the group.
    ///   - group: Has all loops.
    private static func bootstrap(
        _ loop: LoopBox,
        _ takers: [LoopBox],
        in group: any EventLoopGroup,
        _ current: CurrentSettings,
        _ open: ConnectionCount,
        _ pauses: AcceptPauses
    ) -> ServerBootstrap {
        let batch = pauses.descriptors.budget.batch(loops: takers.count)
        return ServerBootstrap(group: loop.eventLoop, childGroup: takers.count > 1 ? group : loop.eventLoop)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: batch)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGate(pauses, batch: batch))
                }
            }
            .childChannelOption(.autoRead, value: false)
            // One part at a time: several would all be held when the service takes none of them.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                let settings = current.value
                let loop = takers.first { $0.eventLoop === channel.eventLoop } ?? loop
                guard open.enter(limit: settings.limits.connections, loop.value.overload.level) else {
                    return channel.eventLoop.makeFailedFuture(ConnectionRefused())
                }
                let isBeyond = descriptor(of: channel).map { pauses.descriptors.isBeyond($0) } ?? false
                if isBeyond { tell(.short, channel) }
                guard !isBeyond || pauses.descriptors.enterBeyond() else {
                    open.refuseForDescriptors()
                    return channel.eventLoop.makeFailedFuture(ConnectionRefused())
                }
                channel.closeFuture.whenComplete { _ in
                    open.leave()
                    if isBeyond { pauses.descriptors.leaveBeyond() }
                    if pauses.isAny { tell(.freed, channel) }
                }
                return channel.eventLoop.makeCompletedFuture { try loop.value.begin(settings, on: channel) }
            }
    }
}

/// The number of a connection's descriptor; `nil` for a connection that has closed already.
private func descriptor(of channel: any Channel) -> Int? {
    try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { Int($0) }
}

/// Tells the socket that has accepted a connection.
private func tell(_ event: AcceptGate.Event, _ connection: any Channel) {
    connection.parent?.pipeline.fireUserInboundEventTriggered(event)
}

/// A socket, and the loops that its connections go to.
private struct Socket: Sendable {
    let channel: any Channel
    let loops: [LoopBox]

    /// Stops accepting. What was accepted, and is on its way to another loop, arrives there before: it would be closed
    /// together with the socket.
    func close() async {
        if self.loops.count > 1 {
            self.channel.pipeline.fireUserInboundEventTriggered(AcceptGate.Event.end)
            // A socket or a loop that has ended has nothing on its way.
            try? await self.channel.setOption(.autoRead, value: false).get()
            for loop in self.loops { try? await loop.eventLoop.submit {}.get() }
            try? await self.channel.eventLoop.submit {}.get()
        }
        try? await self.channel.close()
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
    private let withoutDescriptor = Atomic<Int>(0)

    var value: Int { self.count.load(ordering: .relaxed) }
    var accepted: Int { self.entered.load(ordering: .relaxed) }

    var refused: (limit: Int, overload: Int, descriptors: Int) {
        (
            self.overLimit.load(ordering: .relaxed), self.overBudget.load(ordering: .relaxed),
            self.withoutDescriptor.load(ordering: .relaxed)
        )
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

    /// A connection that was entered is closed at once.
    func refuseForDescriptors() {
        self.leave()
        self.entered.wrappingSubtract(1, ordering: .relaxed)
        self.withoutDescriptor.wrappingAdd(1, ordering: .relaxed)
    }

    func leave() {
        self.count.wrappingSubtract(1, ordering: .relaxed)
    }
}
