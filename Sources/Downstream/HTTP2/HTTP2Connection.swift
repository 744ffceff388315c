import FilterAPI
import FilterRuntime
import HTTP1
import HTTP2
package import NIOCore

/// One HTTP/2 connection of a client: takes requests out of its frames, and writes their responses as frames.
///
/// What is decided by bytes, states and windows is decided by values: ``HTTP2FrameReader`` cuts frames,
/// ``HTTP2FrameInspector`` says which are taken, ``FieldSectionDecoder`` and ``FieldSectionEncoder`` know the compression,
/// the windows count. This object has the table of streams and does what follows. Streams have no channels of their own.
///
/// Everything that happens in one read of the socket, or in one turn of the event loop, is written in one flush. Tables
/// grow with what is in them, so a connection without streams holds little more than its channel.
///
/// How the files divide it: the channel (here), frames in (`HTTP2Connection+Reading`), those of the connection itself
/// (`HTTP2Connection+Control`), frames out (`HTTP2Connection+Writing`), taking turns and flushing (`HTTP2Connection+Flushing`),
/// time (`HTTP2Connection+Deadlines`), the end (`HTTP2Connection+Closing`).
package final class HTTP2Connection: ChannelInboundHandler, ClientConnection {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// How many stream objects are kept for later streams while there are others.
    private static let spareLimit = 16

    let loop: DownstreamLoop
    let limits: ConnectionLimits
    let channel: any Channel
    let peer: Peer
    let timer: LazyTimer
    /// A stream's window is given back in steps of half its size.
    let windowStep: Int
    /// Whether some route allowed a tunnel when the connection was opened, and the client was told so (RFC 8441).
    let takesExtendedConnect: Bool

    var context: ChannelHandlerContext?
    @exclusivity(unchecked) var streams = HTTP2StreamTable<HTTP2Stream>()
    private var spare: [HTTP2Stream] = []

    // From the client.
    @exclusivity(unchecked) var reader = HTTP2FrameReader()
    @exclusivity(unchecked) var inspector: HTTP2FrameInspector
    @exclusivity(unchecked) var gathering = GatheredSection()
    @exclusivity(unchecked) var decoder: FieldSectionDecoder
    @exclusivity(unchecked) var settings = HTTP2ClientSettings()
    @exclusivity(unchecked) var receiveWindow = HTTP2ReceiveWindow()
    /// The frame whose payload is awaited or comes.
    var frame = HTTP2FrameHeader(length: 0, kind: 0)
    /// Whether that payload means nothing.
    var isIgnoring = false
    /// Whether the header section that comes opens a stream.
    var opensStream = false
    /// Consumed and not yet given back to the connection's window.
    var unacknowledged = 0

    // To the client.
    @exclusivity(unchecked) var output = HTTP2Output()
    @exclusivity(unchecked) var encoder = FieldSectionEncoder()
    @exclusivity(unchecked) var sendWindow = HTTP2SendWindow()
    /// Streams with parts of a body that wait for their turn, the first being the next.
    @exclusivity(unchecked) var waiting: [UInt32] = []
    /// Streams for which something follows from what was written.
    @exclusivity(unchecked) var marked: [UInt32] = []
    var provokedResets: RateBucket
    /// Streams that were refused before the client had acknowledged the gateway's settings.
    var earlyRefusals = 0
    /// Whether the channel takes more now.
    var isWritable = true

    var isInReadCycle = false
    var isFlushing = false
    var isFlushScheduled = false
    var isFlushWanted = false
    /// Whether frames that have come wait until the client has taken more of what was written.
    var isHeld = false
    /// Whether reading waits for the same.
    private var isReadOwed = false

    var openedAt = NIODeadline.uptimeNanoseconds(0)
    var idleSince = NIODeadline.uptimeNanoseconds(0)
    var sectionDeadline: NIODeadline?
    /// When the rest of a frame has to be here, and which frame it is.
    var frameDeadline: NIODeadline?
    var awaitedFrame = 0
    /// When an orderly end no longer waits for the client's word that it knows.
    var drainDeadline: NIODeadline?
    var drain = Drain.no
    /// Whether the connection ends as soon as the client has said its settings.
    var isDrainOwed = false
    var isOpen = false
    var isClosing = false
    /// The error with which the connection ends once what was written is on its way.
    var failure: HTTP2ErrorCode?

    /// How far the connection has come in its orderly end.
    enum Drain: Equatable {
        case no
        /// The client was told to open no more streams; what it had already sent is still served.
        case announced
        /// Streams above this one are refused.
        case limited(to: UInt32)
    }

    init(channel: any Channel, loop: DownstreamLoop, limits: ConnectionLimits, peer: Peer) {
        let sectionSize = HTTP2Connection.sectionSize(limits)
        self.channel = channel
        self.loop = loop
        self.limits = limits
        self.peer = peer
        self.timer = LazyTimer(eventLoop: channel.eventLoop)
        self.takesExtendedConnect = !loop.snapshot.upgrades.isEmpty
        self.windowStep = max(1, limits.http2.initialWindow / 2)
        self.inspector = HTTP2FrameInspector(limits.http2, sectionBytes: sectionSize)
        self.decoder = FieldSectionDecoder(sectionSize: sectionSize)
        self.provokedResets = RateBucket(limits.http2.provokedResets)
    }

    /// The most that a header section may come to, decoded and with 32 bytes a field (RFC 9113, section 6.5.2): above
    /// what is answered with 431, so that only hostile sections end the connection.
    static func sectionSize(_ limits: ConnectionLimits) -> Int {
        min(2 * (limits.head.headerBytes + limits.head.startLineBytes) + 64 * limits.head.fieldCount, 1 << 24)
    }
}

// MARK: What the channel says

extension HTTP2Connection {
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

    private func opened() {
        guard !self.isOpen else { return }
        self.isOpen = true
        self.loop.opened(self)
        // The gateway may drain, or the listener may have gone, since the client has connected.
        self.isDrainOwed = self.loop.isDraining || self.channel.parent?.isActive == false
        self.openedAt = self.now
        self.idleSince = self.openedAt
        self.writeSettings()
        self.updateDeadline()
        self.context?.read()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.isInReadCycle = true
        guard !self.isClosing else { return }
        self.reader.receive(self.unwrapInboundIn(data))
        self.readFrames()
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.endReadCycle()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        if self.isWritable {
            if !self.marked.isEmpty || !self.waiting.isEmpty { self.flushSoon() }
            if self.isReadOwed { self.readMore() }
        }
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.isClosing = true
        self.reader.clear()
        self.timer.stop()
        self.abandonStreams()
        self.giveBackSpare()
        self.waiting = []
        self.marked = []
        self.loop.closed(self)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.abort()
    }

    var now: NIODeadline { self.loop.streams.clock.now }

    /// Everything that came in one read was taken.
    private func endReadCycle() {
        self.isInReadCycle = false
        if self.isDrainOwed { self.beginDraining() }
        self.flushNow()
        self.updateDeadline()
        self.readMore()
    }

    /// Reads on, unless the client leaves too much of what was written unread: a client that only sends could otherwise
    /// make answers pile up.
    func readMore() {
        guard self.isClosing || self.isWritable else {
            self.isReadOwed = true
            return
        }
        self.isReadOwed = false
        if self.isHeld, !self.isClosing { self.resumeSoon() } else { self.context?.read() }
    }

    /// Goes on with frames that came before the client left too much unread.
    private func resumeSoon() {
        self.channel.eventLoop.assumeIsolated().execute {
            guard self.isHeld, !self.isClosing else { return }
            self.isHeld = false
            self.isInReadCycle = true
            self.readFrames()
            self.endReadCycle()
        }
    }
}

// MARK: Streams

extension HTTP2Connection {
    /// An object for a stream that the client opens.
    func takeStream(_ id: UInt32) -> HTTP2Stream {
        let stream = self.spare.popLast() ?? self.loop.spareStreams.take() ?? HTTP2Stream(self.loop)
        stream.prepare(id, on: self)
        self.streams.append(id, stream)
        return stream
    }

    /// A stream is over on every side.
    func release(_ stream: HTTP2Stream) {
        guard self.streams[stream.id] === stream else { return }
        self.streams.remove(stream.id)
        if self.streams.isEmpty {
            self.idleSince = self.now
            self.closeIfDone()
        }
        guard !stream.isSpent, self.spare.count < HTTP2Connection.spareLimit else {
            stream.finish()
            return
        }
        self.spare.append(stream)
    }

    /// Hands objects without a stream to the event loop, for whichever connection has one next. Never within a call of
    /// one of them.
    func giveBackSpare() {
        for stream in self.spare {
            stream.rest()
            self.loop.spareStreams.put(stream, for: self.loop.snapshot)
        }
        self.spare.removeAll(keepingCapacity: true)
    }
}
