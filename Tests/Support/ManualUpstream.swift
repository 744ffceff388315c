import NIOCore
import NIOPosix
import Synchronization

/// A TCP server whose connections a test reads and writes by hand, byte by byte.
package final class ManualUpstream: Sendable {
    fileprivate struct State {
        var connections: [ManualConnection] = []
        var taken = 0
    }

    private let channel: any Channel
    private let state: AcceptedConnections

    fileprivate final class AcceptedConnections: Sendable {
        let state = Mutex(State())
    }

    /// Starts a server on a free port.
    ///
    /// - Parameters:
    ///   - reads: Whether connections are read; a test that wants a sender to be held back says no.
    ///   - halfCloses: Whether a connection stays open for sending when the other end sends no more.
    package static func start(reads: Bool = true, halfCloses: Bool = false) async throws -> ManualUpstream {
        let accepted = AcceptedConnections()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: reads)
            .childChannelOption(.allowRemoteHalfClosure, value: halfCloses)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = Inbox()
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox: inbox))
                    let connection = ManualConnection(channel: channel, inbox: inbox)
                    accepted.state.withLock { $0.connections.append(connection) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ManualUpstream(channel, accepted)
    }

    private init(_ channel: any Channel, _ accepted: AcceptedConnections) {
        self.channel = channel
        self.state = accepted
    }

    package var port: Int { self.channel.localAddress?.port ?? 0 }
    /// `127.0.0.1:PORT`.
    package var endpoint: String { "127.0.0.1:\(self.port)" }
    /// How many connections were opened.
    package var connectionCount: Int { self.state.state.withLock { $0.connections.count } }
    /// How many connections are open.
    package var openConnectionCount: Int {
        self.state.state.withLock { $0.connections.count { !$0.isClosedByPeer } }
    }

    /// Returns when every connection that has been accepted so far is counted, whichever event loop serves it.
    package func countAccepted() async throws {
        for eventLoop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try await eventLoop.submit {}.get() }
    }

    /// What has come over each connection so far, byte for byte.
    package var received: [[UInt8]] { self.state.state.withLock { $0.connections }.map(\.receivedBytes) }

    /// The next connection in the order in which they were opened.
    package func accept(within seconds: Double = Patience.seconds) async throws -> ManualConnection {
        var next: ManualConnection?
        let came = await eventually(within: seconds) {
            next = self.state.state.withLock { state in
                guard state.taken < state.connections.count else { return nil }
                defer { state.taken += 1 }
                return state.connections[state.taken]
            }
            return next != nil
        }
        guard came, let next else { throw NoConnection() }
        return next
    }

    /// Closes the server and its connections.
    package func stop() async {
        try? await self.channel.close()
        for connection in self.state.state.withLock({ $0.connections }) { await connection.close() }
    }
}

/// No connection was opened in time.
package struct NoConnection: Error {}

/// A connection to a manual upstream.
package final class ManualConnection: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// What has come so far.
    package var received: String { self.inbox.text }

    /// What has come so far, byte for byte.
    package var receivedBytes: [UInt8] { self.inbox.bytes }

    /// Whether the other end has closed.
    package var isClosedByPeer: Bool { self.inbox.hasEnded }

    /// Waits until `condition` holds for what has come, or the other end has closed.
    @discardableResult
    package func read(
        within seconds: Double = Patience.seconds,
        until condition: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let promise = self.channel.eventLoop.makePromise(of: String.self)
        let timer = self.channel.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            promise.fail(RawClientTimeout(received: self.inbox.text))
        }
        defer { timer.cancel() }
        self.inbox.wait(condition, promise)
        return try await promise.futureResult.get()
    }

    /// Waits for the end of a head.
    @discardableResult
    package func readHead() async throws -> String {
        try await self.read { $0.contains("\r\n\r\n") }
    }

    /// Forgets what has come.
    package func clear() { self.inbox.clear() }

    /// Sends bytes.
    package func send(_ text: String) async throws { try await self.send(bytes: Array(text.utf8)) }

    /// Sends bytes, which need not be a text.
    package func send(bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Sends the same bytes again and again in the background, each time when the last ones have gone.
    package func push(_ text: String, times: Int, counting sent: SentBytes) {
        let bytes = ByteBuffer(string: text)
        let channel = self.channel
        @Sendable func next(_ left: Int) {
            guard left > 0 else { return }
            channel.writeAndFlush(bytes).whenSuccess {
                sent.add(bytes.readableBytes)
                next(left - 1)
            }
        }
        next(times)
    }

    /// Says that nothing more is sent; what comes is still read.
    package func endSending() async throws { try await self.channel.close(mode: .output) }

    /// Breaks the connection off: the other end sees a reset.
    package func reset() async throws { try await self.channel.reset() }

    /// Reads nothing until ``startReading()``.
    package func stopReading() async throws {
        try await self.channel.setOption(.autoRead, value: false).get()
    }

    /// How many bytes have come since the last ``clear()``.
    package var receivedCount: Int { self.inbox.count }

    /// Reads from here on, if the server was started not to.
    package func startReading() async throws {
        try await self.channel.setOption(.autoRead, value: true).get()
    }

    package func close() async {
        try? await self.channel.close()
    }
}
