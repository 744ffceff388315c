import HTTP2
import NIOCore

/// Stands between the socket and the frame codec: shows ``HTTP2FrameMeter`` what comes in, and gathers what the codec
/// writes, frame by frame, into few writes and one flush a read cycle.
final class HTTP2FrameTap: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    /// What is gathered before it is handed on.
    private static let batch = 32 << 10
    /// Larger parts are handed on as they are.
    private static let copyLimit = 4096

    var meter: HTTP2FrameMeter
    /// Called when the connection must end.
    var onFlood: ((HTTP2FrameMeter.Flood) -> Void)?
    private var isShut = false
    private var outgoing = ByteBuffer()
    private var isInReadCycle = false
    private var isFlushWanted = false

    init(sectionBytes: Int) {
        self.meter = HTTP2FrameMeter(sectionBytes: sectionBytes)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        onFlood = nil
    }

    /// Throws away what still comes.
    func shut() {
        isShut = true
    }
}

extension HTTP2FrameTap {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isInReadCycle = true
        guard !isShut else { return }
        if let flood = meter.read(unwrapInboundIn(data), at: .now()) {
            shut()
            onFlood?(flood)
        } else {
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        isInReadCycle = false
        if isFlushWanted { flushNow(context) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(let bytes) = unwrapOutboundIn(data) else {
            promise?.fail(ChannelError.operationUnsupported)
            return
        }
        if bytes.readableBytes <= HTTP2FrameTap.copyLimit {
            outgoing.writeImmutableBuffer(bytes)
        } else {
            writeOutgoing(context)
            context.write(wrapOutboundOut(bytes), promise: nil)
        }
        if outgoing.readableBytes >= HTTP2FrameTap.batch { writeOutgoing(context) }
        promise?.succeed(())
    }

    func flush(context: ChannelHandlerContext) {
        if isInReadCycle { isFlushWanted = true } else { flushNow(context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        flushNow(context)
        context.close(mode: mode, promise: promise)
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        isFlushWanted = false
        writeOutgoing(context)
        context.flush()
    }

    private func writeOutgoing(_ context: ChannelHandlerContext) {
        guard outgoing.readableBytes > 0 else { return }
        context.write(wrapOutboundOut(outgoing), promise: nil)
        outgoing = ByteBuffer()
    }
}
