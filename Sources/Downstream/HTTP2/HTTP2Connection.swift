import FilterAPI
import FilterRuntime
import HTTP2
package import NIOCore
import NIOHPACK
package import NIOHTTP2

/// One HTTP/2 connection of a client: leads frames to its streams and theirs to the client.
///
/// Three handlers in a row: ``HTTP2FrameGate`` lets frames in, decodes header sections and gathers writes, NIO's
/// `NIOHTTP2Handler` decodes and encodes frames and keeps the protocol's states, and this one has the table of streams;
/// none has a channel of its own.
/// Everything that happens in one read of the socket, or in one turn of the event loop, is written in one flush.
///
/// How the files divide it: frames in (here), frames out (`HTTP2Connection+Writing`), time (`HTTP2Connection+Deadlines`),
/// the end (`HTTP2Connection+Closing`).
package final class HTTP2Connection: ChannelInboundHandler, ClientConnection {
    package typealias InboundIn = HTTP2Frame
    package typealias OutboundOut = HTTP2Frame

    /// How many stream objects are kept for later streams.
    private static let poolSize = 16

    let loop: DownstreamLoop
    let limits: ConnectionLimits
    let channel: any Channel
    let peer: Peer
    let timer: LazyTimer
    let gate: HTTP2FrameGate
    /// A stream's window is given back in steps of half its size.
    let windowStep: Int
    /// Whether some route allowed a tunnel when the connection was opened, and the client was told so (RFC 8441).
    let takesExtendedConnect: Bool

    var context: ChannelHandlerContext?
    var streams: [HTTP2StreamID: HTTP2Stream] = [:]
    private(set) var pool: [HTTP2Stream] = []

    var isInReadCycle = false
    var isFlushing = false
    var isFlushScheduled = false
    var isFlushWanted = false
    /// Streams that wait for the codec to have written.
    var marked: [HTTP2Stream] = []
    /// Streams with parts that wait for the flush.
    var held: [HTTP2Stream] = []
    var unacknowledged = 0
    var provokedResets: RateBucket

    var openedAt = NIODeadline.uptimeNanoseconds(0)
    var idleSince = NIODeadline.uptimeNanoseconds(0)
    var sectionDeadline: NIODeadline?
    /// When an orderly end no longer waits for the client's word that it knows.
    var drainDeadline: NIODeadline?
    var drain = Drain.no
    /// Whether the connection ends as soon as the client has said its settings.
    var isDrainOwed = false
    var isOpen = false
    var isClosing = false
    /// Whether reading waits until the client has taken more of what was written.
    private var isReadOwed = false
    /// The codec has ended the connection.
    var hasCodecFailed = false
    var failure: HTTP2ErrorCode?

    /// How far the connection has come in its orderly end.
    enum Drain: Equatable {
        case no
        /// The client was told to open no more streams; what it had already sent is still served.
        case announced
        /// Streams above this one are refused.
        case limited(to: UInt32)
    }

    private init(
        channel: any Channel,
        loop: DownstreamLoop,
        limits: ConnectionLimits,
        peer: Peer,
        gate: HTTP2FrameGate
    ) {
        self.channel = channel
        self.loop = loop
        self.limits = limits
        self.peer = peer
        self.timer = LazyTimer(eventLoop: channel.eventLoop)
        self.gate = gate
        self.takesExtendedConnect = !loop.snapshot.upgrades.isEmpty
        gate.takesExtendedConnect = self.takesExtendedConnect
        self.windowStep = max(1, limits.http2.initialWindow / 2)
        self.provokedResets = RateBucket(limits.http2.provokedResets)
    }

    /// Adds the handlers of a connection to the end of a channel's pipeline.
    static func install(
        on channel: any Channel,
        loop: DownstreamLoop,
        limits: ConnectionLimits,
        peer: Peer
    ) throws -> HTTP2Connection {
        let listSize = HTTP2Connection.headerListSize(limits)
        let gate = HTTP2FrameGate(limits: limits.http2, headerListSize: listSize, clock: loop.streams.clock)
        let connection = HTTP2Connection(channel: channel, loop: loop, limits: limits, peer: peer, gate: gate)
        let codec = NIOHTTP2Handler(
            mode: .server,
            frameDelegate: connection,
            connectionConfiguration: HTTP2Connection.codecConfiguration(
                limits.http2,
                listSize,
                takesExtendedConnect: connection.takesExtendedConnect
            ),
            streamConfiguration: HTTP2Connection.codecStreamConfiguration
        )
        try channel.pipeline.syncOperations.addHandlers([gate, codec, connection])
        return connection
    }
}

// MARK: What the channel says

extension HTTP2Connection {
    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.timer.whenDue { [unowned self] in self.deadlinePassed() }
        self.gate.onFailure = { [unowned self] code in self.fail(code) }
        self.gate.onStreamFailure = { [unowned self] id, code in self.failStream(id, code) }
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
        self.widenConnection()
        self.updateDeadline()
        self.context?.read()
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.isInReadCycle = false
        if self.isDrainOwed { self.beginDraining() }
        self.flushNow()
        self.updateDeadline()
        self.readMore()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !self.marked.isEmpty { self.flushSoon() }
        if self.isReadOwed { self.readMore() }
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.isClosing = true
        self.gate.shut()
        self.timer.stop()
        self.abandonStreams()
        self.emptyPool()
        self.marked.removeAll()
        self.held.removeAll()
        self.loop.closed(self)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.hasCodecFailed {
            self.codecFailed()
        } else if !(error is any NIOHTTP2Error) {
            self.abort()
        }
        // What is left are errors of one stream, which the codec has reset.
    }

    var now: NIODeadline { self.loop.streams.clock.now }

    /// The window with which a stream begins, as far as the client can know of it (RFC 9113, section 6.9.2).
    var initialWindow: Int {
        let window = self.limits.http2.initialWindow
        return self.gate.inspector.hasAcknowledgedSettings
            ? window : max(window, HTTP2ReceiveWindow.protocolDefault)
    }

    /// Reads on, unless the client leaves too much of what was written unread: a client that only sends could otherwise
    /// make answers pile up.
    func readMore() {
        guard self.isClosing || self.channel.isWritable else {
            self.isReadOwed = true
            return
        }
        self.isReadOwed = false
        self.context?.read()
    }
}

// MARK: Frames of the client

extension HTTP2Connection {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isClosing else { return }
        self.isInReadCycle = true
        let frame = self.unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let headers): self.receive(headers, frame.streamID)
        case .data(let data): self.streams[frame.streamID]?.receive(data)
        case .ping(_, ack: true): self.drainAcknowledged()
        case .goAway: self.clientLeaves()
        default: break
        }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? StreamClosedEvent {
            self.streams[event.streamID]?.closed()
        } else if event is ChannelEvent || event is ChannelShouldQuiesceEvent {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func receive(_ headers: HTTP2Frame.FramePayload.Headers, _ id: HTTP2StreamID) {
        if let stream = self.streams[id] {
            stream.receive(trailers: self.gate.section, endsStream: headers.endStream)
            return
        }
        let stream = self.takeStream(id)
        if case .limited = self.drain {
            stream.refuse(self.gate.section, flag: ResponseFlag.localReset)
        } else if self.streams.count > self.limits.http2.maxConcurrentStreams {
            stream.refuse(self.gate.section, flag: ResponseFlag.protocolError)
        } else {
            stream.begin(self.gate.section, endsStream: headers.endStream)
        }
    }

    /// A frame is an error of its stream; of the connection, when there is no such stream any more or yet.
    private func failStream(_ id: UInt32, _ code: HTTP2ErrorCode) {
        guard let stream = self.streams[HTTP2StreamID(Int(id))], !stream.isReset, !stream.isClosed else {
            return self.fail(code)
        }
        self.write(reset: stream, code)
        self.flushSoon()
    }

    private func takeStream(_ id: HTTP2StreamID) -> HTTP2Stream {
        let stream = self.pool.popLast() ?? HTTP2Stream(self)
        stream.prepare(id)
        self.streams[id] = stream
        return stream
    }

    /// Lets go of the objects that are kept for later streams.
    func emptyPool() {
        for stream in self.pool { stream.finish() }
        self.pool.removeAll()
    }

    /// A stream is over on every side.
    func release(_ stream: HTTP2Stream) {
        guard self.streams[stream.id] === stream else { return }
        self.streams[stream.id] = nil
        if self.streams.isEmpty {
            self.idleSince = self.now
            self.closeIfDone()
        }
        guard !stream.isSpent, !self.isClosing, self.pool.count < HTTP2Connection.poolSize else {
            stream.finish()
            return
        }
        self.pool.append(stream)
    }
}
