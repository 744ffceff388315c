import FilterAPI
import FilterRuntime
import NIOCore

/// Looks at a connection's first bytes for the preface of HTTP/2, installs the version that they show, and goes.
///
/// The first byte that is not the preface's decides for HTTP/1, so only clients that begin with `PRI * ` are looked at
/// for longer.
///
/// Source: RFC 9113, sections 3.3 and 3.4.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler, ClientConnection {
    typealias InboundIn = ByteBuffer

    /// How long the first bytes may still take once the gateway drains.
    private static let drainTime = TimeAmount.seconds(1)

    let channel: any Channel
    private let loop: DownstreamLoop
    private let limits: ConnectionLimits
    private let peer: Peer
    private let timer: LazyTimer
    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var isOpen = false
    private var hasDecided = false

    init(channel: any Channel, loop: DownstreamLoop, limits: ConnectionLimits, peer: Peer) {
        self.channel = channel
        self.loop = loop
        self.limits = limits
        self.peer = peer
        self.timer = LazyTimer(eventLoop: channel.eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.opened() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.opened()
        context.fireChannelActive()
    }

    private func opened() {
        guard !self.isOpen else { return }
        self.isOpen = true
        self.loop.opened(self)
        self.timer.whenDue { [unowned self] in self.timedOut() }
        self.timer.set(self.loop.streams.clock.now + self.limits.requestHeadTimeout)
        self.channel.read()
    }

    private func closed() {
        self.timer.stop()
        self.loop.closed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        guard !self.hasDecided else {
            context.fireChannelRead(self.wrapInboundOut(bytes))
            return
        }
        if self.received.readableBytes == 0 {
            self.received = bytes
        } else {
            self.received.writeBuffer(&bytes)
        }
        guard let choice = HTTP2Preface.choice(self.received) else { return }
        self.hasDecided = true
        self.hand(over: choice, context)
    }

    private func hand(over choice: ClientProtocol, _ context: ChannelHandlerContext) {
        do {
            try self.loop.installProtocol(choice, on: self.channel, limits: self.limits, peer: self.peer)
        } catch {
            context.close(promise: nil)
            return
        }
        // Only now, so that the loop never counts fewer connections than there are.
        self.closed()
        context.fireChannelRead(self.wrapInboundOut(self.received))
        self.received = ByteBuffer()
    }

    /// The first bytes take too long. Those that may begin a method, such as `POST`, are answered as HTTP/1 answers a
    /// head that does not end.
    private func timedOut() {
        guard let context = self.context, (1...HTTP2Preface.methodPrefix).contains(self.received.readableBytes) else {
            return self.abort()
        }
        let connection = HTTP1Connection(channel: self.channel, loop: self.loop, limits: self.limits, peer: self.peer)
        self.hasDecided = true
        do {
            try self.channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            self.hasDecided = false
            return self.abort()
        }
        self.closed()
        context.fireChannelRead(self.wrapInboundOut(self.received))
        self.received = ByteBuffer()
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        connection.deadlinePassed()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard self.hasDecided else {
            self.channel.read()
            return
        }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !self.hasDecided { self.closed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.hasDecided else {
            context.fireErrorCaught(error)
            return
        }
        context.close(promise: nil)
    }

    /// Whoever has connected is about to send a request; it is served yet.
    func beginDraining() { self.timer.set(self.loop.streams.clock.now + ProtocolDetector.drainTime) }

    func abort() { self.channel.close(promise: nil) }
}

extension ProtocolDetector {
    typealias InboundOut = ByteBuffer
}

/// The bytes that an HTTP/2 client begins with (RFC 9113, section 3.4).
enum HTTP2Preface {
    static let text: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    /// How many of its bytes methods of HTTP/1 begin with too: those of `PROPFIND`.
    static let methodPrefix = 2

    /// What the first bytes of a connection show, or `nil` when more are needed.
    static func choice(_ received: ByteBuffer) -> ClientProtocol? {
        received.withUnsafeReadableBytes { bytes in
            let length = self.text.utf8CodeUnitCount
            let preface = UnsafeRawBufferPointer(start: self.text.utf8Start, count: min(length, bytes.count))
            guard preface.elementsEqual(bytes.prefix(length)) else { return .http1 }
            return bytes.count >= length ? .http2 : nil
        }
    }
}
