import NIOCore
import NIOHPACK
import Synchronization

/// The frames that have come to an ``HTTP2Client``.
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

final class HTTP2InboxHandler: ChannelInboundHandler {
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
