package import NIOCore
import NIOHPACK
import NIOPosix
import Synchronization

/// An HTTP/2 server in clear text whose connections a test reads and writes by hand, frame by frame.
package final class FrameUpstream: Sendable {
    private let channel: any Channel
    private let accepted: Accepted

    fileprivate final class Accepted: Sendable {
        let state = Mutex<(connections: [FrameConnection], taken: Int)>(([], 0))
    }

    /// Starts a server on a free port.
    ///
    /// - Parameter settings: What every connection says first, as identifiers and values; `nil` to say nothing.
    package static func start(settings: [(UInt16, UInt32)]? = []) async throws -> FrameUpstream {
        let accepted = Accepted()
        let hello = settings.map { HTTP2TestFrame.settings($0).bytes } ?? []
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = FrameConnection(channel)
                    let handler = FrameHandler(connection, hello: hello)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    accepted.state.withLock { $0.connections.append(connection) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FrameUpstream(channel, accepted)
    }

    private init(_ channel: any Channel, _ accepted: Accepted) {
        self.channel = channel
        self.accepted = accepted
    }

    /// `127.0.0.1:PORT`.
    package var endpoint: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }
    /// Where it listens.
    package var address: SocketAddress? { channel.localAddress }
    /// How many connections were opened.
    package var connectionCount: Int { accepted.state.withLock { $0.connections.count } }

    /// The next connection in the order in which they were opened.
    package func accept() async throws -> FrameConnection {
        var next: FrameConnection?
        _ = await eventually {
            next = accepted.state.withLock { state in
                guard state.taken < state.connections.count else { return nil }
                defer { state.taken += 1 }
                return state.connections[state.taken]
            }
            return next != nil
        }
        guard let next else { throw NoConnection() }
        return next
    }

    /// Closes the server and its connections.
    package func stop() async {
        try? await channel.close()
        for connection in accepted.state.withLock({ $0.connections }) { await connection.close() }
    }
}

/// A connection to a ``FrameUpstream``.
package final class FrameConnection: Sendable {
    /// A frame that was waited for did not come.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    fileprivate struct State {
        var rest: [UInt8] = []
        var hasPreface = false
        var frames: [HTTP2TestFrame] = []
        var hasEnded = false
    }

    private let channel: any Channel
    fileprivate let state = Mutex(State())

    fileprivate init(_ channel: any Channel) {
        self.channel = channel
    }

    /// What has come so far, without the preface.
    package var frames: [HTTP2TestFrame] { state.withLock { $0.frames } }
    /// Whether the other end has closed.
    package var isClosedByPeer: Bool { state.withLock { $0.hasEnded } }

    package func send(_ frames: HTTP2TestFrame...) async throws { try await send(frames) }

    package func send(_ frames: [HTTP2TestFrame]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: frames.flatMap(\.bytes)))
    }

    /// Sends a head whose fields touch no table.
    package func send(
        head fields: [(String, String)],
        on stream: UInt32,
        endsStream: Bool = false
    ) async throws {
        try await send(.headers(stream, HTTP2Text.section(fields), endsStream: endsStream))
    }

    /// Waits until a frame comes that meets the condition.
    @discardableResult
    package func frame(where condition: @Sendable (HTTP2TestFrame) -> Bool) async throws -> HTTP2TestFrame {
        var found: HTTP2TestFrame?
        _ = await eventually {
            let hasEnded = isClosedByPeer
            found = frames.first(where: condition)
            return found != nil || hasEnded
        }
        guard let found else { throw Missing(description: "closed: \(isClosedByPeer), frames: \(frames)") }
        return found
    }

    /// Waits for a request, and answers its stream and fields.
    ///
    /// - Parameter number: Counts the requests of the connection from 0.
    package func request(_ number: Int = 0) async throws -> (stream: UInt32, fields: [String: String]) {
        let came = await eventually { heads.count > number || isClosedByPeer }
        guard came, heads.count > number else { throw Missing(description: "no request \(number): \(frames)") }
        var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
        var found: (UInt32, [String: String])?
        for frame in heads.prefix(number + 1) {
            var block = ByteBuffer(bytes: frame.payload)
            let fields = try decoder.decodeHeaders(from: &block)
            found = (frame.stream, Dictionary(fields.map { ($0.name, $0.value) }) { $0 + ", " + $1 })
        }
        guard let found else { throw Missing(description: "no request \(number)") }
        return found
    }

    private var heads: [HTTP2TestFrame] { frames.filter { $0.kind == HTTP2TestFrame.Kind.headers } }

    /// Waits for a stream's reset, and answers its code.
    package func resetCode(_ stream: UInt32) async throws -> UInt32 {
        try await frame { $0.kind == HTTP2TestFrame.Kind.reset && $0.stream == stream }.number(at: 0)
    }

    /// Waits until the other end closes, and answers the code of its GOAWAY.
    package func goAwayCode() async throws -> UInt32? {
        guard await eventually({ isClosedByPeer }) else { throw Missing(description: "stays open: \(frames)") }
        return frames.last { $0.kind == HTTP2TestFrame.Kind.goAway }?.number(at: 4)
    }

    /// The body of a stream so far.
    package func body(_ stream: UInt32) -> [UInt8] {
        frames.filter { $0.kind == HTTP2TestFrame.Kind.data && $0.stream == stream }.flatMap(\.payload)
    }

    package func close() async { try? await channel.close() }
}

private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let preface = 24
    private let connection: FrameConnection
    private let hello: [UInt8]

    init(_ connection: FrameConnection, hello: [UInt8]) {
        self.connection = connection
        self.hello = hello
    }

    func channelActive(context: ChannelHandlerContext) {
        if !hello.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: hello)), promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytesView
        let asksForAcknowledgement = connection.state.withLock { state in
            state.rest.append(contentsOf: bytes)
            if !state.hasPreface, state.rest.count >= FrameHandler.preface {
                state.rest.removeFirst(FrameHandler.preface)
                state.hasPreface = true
            }
            var hasSettings = false
            while state.hasPreface, let frame = HTTP2TestFrame.take(&state.rest) {
                if frame.kind == HTTP2TestFrame.Kind.settings, frame.flags == 0 { hasSettings = true }
                state.frames.append(frame)
            }
            return hasSettings
        }
        guard asksForAcknowledgement, !hello.isEmpty else { return }
        let acknowledgement = ByteBuffer(bytes: HTTP2TestFrame.settingsAcknowledgement.bytes)
        context.writeAndFlush(wrapOutboundOut(acknowledgement), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.state.withLock { $0.hasEnded = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
