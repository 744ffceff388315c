import FilterAPI
import FilterRuntime
import HTTP1
package import NIOCore

/// One HTTP/1 connection of a client: takes requests out of the received bytes, one at a time and in order, and writes
/// their responses.
///
/// A request that follows another waits as unread bytes until the response before it has been written, so pipelined
/// answers keep their order and never more than one stream is live. Reading stops when the stream wants no more or when
/// enough bytes wait.
///
/// How the files divide it: requests (`HTTP1Connection+Requests`), responses (`HTTP1Connection+Responses`), time
/// (`HTTP1Connection+Deadlines`), tunnels (`HTTP1Connection+Tunnel`), closing (`HTTP1Connection+Closing`).
package final class HTTP1Connection: ChannelInboundHandler, ClientConnection {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Where the connection is in its current request.
    enum Inbound {
        /// Before or within a head.
        case head
        /// Within the body of the live stream, at the place of `decoder`.
        case body
        /// The request is complete; its response is not.
        case complete
        /// The response is complete; what is left of the request's body is thrown away, up to so many bytes.
        case draining(remaining: Int)
        /// The bytes are those of another protocol.
        case tunnel
        /// Nothing more is read as a request.
        case closed
    }

    /// How much of an unread body is thrown away to keep the connection.
    static let drainLimit = 64 * 1024

    let loop: DownstreamLoop
    let limits: ConnectionLimits
    let channel: any Channel
    let peer: Peer
    let timer: LazyTimer
    private(set) lazy var stream = Stream(loop: self.loop.streams, sink: self, snapshot: self.loop.snapshot)

    var context: ChannelHandlerContext?
    @exclusivity(unchecked) var received = ByteBuffer()
    var inbound = Inbound.head
    /// Where the body is, while there is one to read.
    @exclusivity(unchecked) var decoder = BodyDecoder(.none)
    @exclusivity(unchecked) var parser = RequestHeadParser()
    @exclusivity(unchecked) var head = RequestHead()
    var isProcessing = false
    var isReadPending = false
    var isInReadCycle = false
    var hasServedRequest = false
    var headDeadline: NIODeadline?
    /// When a connection that waits for a request although the gateway drains is closed.
    var drainDeadline: NIODeadline?
    @exclusivity(unchecked) var bodyRate: BodyRate?

    var version = HTTP1Version.http11
    var keepsAlive = true
    var isContinueOwed = false
    @exclusivity(unchecked) var outgoing = ByteBuffer()
    var responseFraming = ResponseFraming.none
    var isFlushWanted = false
    /// Whether the channel is being written to or flushed, and may call back.
    var isWriting = false
    var isWritabilityNewsWaiting = false
    package internal(set) var isWritable = true
    var isClosing = false
    /// Whether the connection ends after its current stream, though the gateway goes on.
    var isDraining = false
    /// What the connection is after a change of protocol.
    var tunnel: TunnelChannel?
    /// Whether the client of a tunnel sends no more.
    var hasInputEnded = false

    init(channel: any Channel, loop: DownstreamLoop, limits: ConnectionLimits, peer: Peer) {
        self.channel = channel
        self.loop = loop
        self.limits = limits
        self.peer = peer
        self.timer = LazyTimer(eventLoop: channel.eventLoop)
    }
}

// MARK: What the channel says

extension HTTP1Connection {
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.timer.whenDue { [unowned self] in self.deadlinePassed() }
        if context.channel.isActive { self.opened() }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        self.opened()
        context.fireChannelActive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.isInReadCycle = true
        if case .closed = self.inbound { return }
        if self.received.readableBytes == 0 {
            self.received = bytes
        } else {
            self.received.writeBuffer(&bytes)
        }
        self.process()
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.isInReadCycle = false
        self.isReadPending = false
        if self.received.readableBytes == 0 { self.received = ByteBuffer() }
        if self.isFlushWanted { self.flushNow() }
        self.readMore()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        self.writabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        if self.tunnel != nil { self.tunnelClosed() }
        self.inbound = .closed
        self.isClosing = true
        self.timer.stop()
        self.stream.clientReset()
        if !self.stream.isLive { self.stream.close() }
        self.loop.closed(self)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.tunnel?.failed()
        context.close(promise: nil)
    }

    private func opened() {
        self.loop.opened(self)
        // The listener may have gone during the handshake.
        self.isDraining = self.channel.parent?.isActive == false
        self.headDeadline = self.now + self.limits.requestHeadTimeout
        self.updateDeadline()
        self.readMore()
    }

    var now: NIODeadline { self.loop.streams.clock.now }

    /// Asks for more bytes unless somebody has to make room first.
    func readMore() {
        guard !self.isReadPending, !self.isInReadCycle, self.wantsBytes else { return }
        self.isReadPending = true
        self.context?.read()
    }

    private var wantsBytes: Bool {
        switch self.inbound {
        case .head, .complete: self.received.readableBytes < self.limits.buffer + self.limits.head.headerBytes
        case .body, .tunnel: self.stream.wantsRequestBody
        case .draining, .closed: true
        }
    }
}
