import NIOCore
import NIOHPACK
import NIOPosix
import Synchronization
import TestSupport

/// An HTTP/2 client that sends exactly the frames that it is told to, and keeps the frames that come.
final class HTTP2Client: Sendable {
    /// Nothing that was waited for came.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// A response, put together from its frames.
    struct Response: Sendable {
        var heads: [[String: String]] = []
        var body: [UInt8] = []
        var trailers: [String: String] = [:]
        var status: String { self.heads.last?[":status"] ?? "" }
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let channel: any Channel
    private let inbox: HTTP2Inbox

    /// Connects, and says hello unless told otherwise.
    static func connect(
        port: Int,
        settings: [(UInt16, UInt32)] = [],
        saysHello: Bool = true,
        acknowledges: Bool = true
    ) async throws -> HTTP2Client {
        let inbox = HTTP2Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HTTP2InboxHandler(inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let client = HTTP2Client(channel, inbox)
        if saysHello {
            try await client.send(bytes: HTTP2Client.preface + HTTP2TestFrame.settings(settings).bytes)
            if acknowledges { try await client.send(.settingsAcknowledgement) }
        }
        return client
    }

    private init(_ channel: any Channel, _ inbox: HTTP2Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    func send(_ frames: HTTP2TestFrame...) async throws { try await self.send(frames) }

    func send(_ frames: [HTTP2TestFrame]) async throws { try await self.send(bytes: frames.flatMap(\.bytes)) }

    func send(bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    var frames: [HTTP2TestFrame] { self.inbox.frames }
    var isClosedByPeer: Bool { self.inbox.hasEnded }

    /// Waits until a frame comes that meets the condition; fails when the other end closes before.
    @discardableResult
    func frame(
        within seconds: Double = 10,
        where condition: @Sendable (HTTP2TestFrame) -> Bool
    ) async throws -> HTTP2TestFrame {
        var found: HTTP2TestFrame?
        _ = await eventually(within: seconds) {
            let hasEnded = self.isClosedByPeer
            found = self.frames.first(where: condition)
            return found != nil || hasEnded
        }
        guard let found else { throw Missing(description: "closed: \(self.isClosedByPeer), frames: \(self.frames)") }
        return found
    }

    /// Waits until the other end closes, and answers the code of its GOAWAY.
    func goAwayCode() async throws -> UInt32? {
        let hasEnded = await eventually { self.isClosedByPeer }
        guard hasEnded else { throw Missing(description: "stays open, frames: \(self.frames)") }
        return self.frames.last { $0.kind == HTTP2TestFrame.Kind.goAway }?.number(at: 4)
    }

    /// Waits for a stream's reset, and answers its code.
    func resetCode(_ stream: UInt32) async throws -> UInt32 {
        try await self.frame { $0.kind == HTTP2TestFrame.Kind.reset && $0.stream == stream }.number(at: 0)
    }

    /// Waits for the end of a stream's response.
    func response(_ stream: UInt32, within seconds: Double = 20) async throws -> Response {
        try await self.frame(within: seconds) { $0.stream == stream && $0.kind <= 1 && $0.flags & 1 == 1 }
        return try self.inbox.response(stream)
    }

    func close() async { try? await self.channel.close() }
}

final class HTTP2Inbox: Sendable {
    private struct State {
        var rest: [UInt8] = []
        var frames: [HTTP2TestFrame] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    var frames: [HTTP2TestFrame] { self.state.withLock { $0.frames } }
    var hasEnded: Bool { self.state.withLock { $0.hasEnded } }

    func received(_ buffer: ByteBuffer) {
        self.state.withLock { state in
            state.rest.append(contentsOf: buffer.readableBytesView)
            while let frame = HTTP2TestFrame.take(&state.rest) { state.frames.append(frame) }
        }
    }

    func ended() { self.state.withLock { $0.hasEnded = true } }

    /// Decodes all header sections in their order, as the table of the compression demands, and keeps one stream's.
    func response(_ stream: UInt32) throws -> HTTP2Client.Response {
        var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
        var response = HTTP2Client.Response()
        for frame in self.frames {
            if frame.kind == HTTP2TestFrame.Kind.headers {
                var block = ByteBuffer(bytes: frame.payload)
                let fields = try decoder.decodeHeaders(from: &block)
                guard frame.stream == stream else { continue }
                let table = Dictionary(fields.map { ($0.name, $0.value) }) { $0 + ", " + $1 }
                if table[":status"] == nil { response.trailers = table } else { response.heads.append(table) }
            } else if frame.kind == HTTP2TestFrame.Kind.data, frame.stream == stream {
                response.body += frame.payload
            }
        }
        return response
    }
}

private final class HTTP2InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: HTTP2Inbox

    init(_ inbox: HTTP2Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.inbox.received(self.unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) { self.inbox.ended() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.inbox.ended()
        context.close(promise: nil)
    }
}
