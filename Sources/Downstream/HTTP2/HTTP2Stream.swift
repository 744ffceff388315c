import FilterAPI
import FilterRuntime
import HTTP2
import NIOCore

/// One stream of an HTTP/2 connection: takes a request out of frames and writes its response as frames.
///
/// What the client's windows do not admit waits here, and stops the ``Stream`` when it is too much; the connection lets
/// its streams take turns. Used again for later streams, of other connections too.
///
/// How the files divide it: requests (here), responses (`HTTP2Stream+Response`), tunnels (`HTTP2Stream+Tunnel`), the end
/// (`HTTP2Stream+End`).
final class HTTP2Stream {
    private unowned let loop: DownstreamLoop
    private var current: HTTP2Connection?
    private(set) lazy var stream = Stream(loop: self.loop.streams, sink: self, snapshot: self.loop.snapshot)
    private(set) var id: UInt32 = 0
    /// Who may still send.
    var state = HTTP2StreamState.idle

    // The request.
    private var contentLength: Int?
    private var receivedBytes = 0
    /// What the ``Stream`` does not take yet; never more than the stream's window.
    private var held = ByteBuffer()
    private var trailers: HeaderFields?
    private var isEndOwed = false
    private var isDelivering = false
    /// Whether the request's body goes nowhere.
    var isDiscarding = false
    /// Whether the frame that comes is the last one of the request.
    private var isLastFrame = false
    /// Consumed and not yet given back to the client's window.
    private var unacknowledged = 0
    private var window = HTTP2ReceiveWindow()
    var bodyRate: BodyRate?
    var isContinueOwed = false
    /// How far a request for a tunnel has come.
    var tunnel = HTTP2Tunnel.none

    // The response.
    @exclusivity(unchecked) var sendWindow = HTTP2SendWindow()
    /// What of the body waits for windows, or for what comes next.
    @exclusivity(unchecked) var body = HTTP2BodyQueue()
    /// What comes behind the body.
    var endFields: HeaderFields?
    /// The place of the last frame of the response in the connection's output; below 0 for none.
    var lastFrame = -1
    package var isWritable = true
    var hasRoomAgain = false
    /// Whether the end of the response has come from the ``Stream``.
    var isLocalEnded = false
    /// What the client is told when the stream breaks off.
    var resetCode = HTTP2ErrorCode.internalError
    /// Whether the object cannot carry another stream.
    var isSpent = false
    /// Whether the connection looks at the stream after the flush.
    var isMarked = false
    /// Whether the stream waits for its turn to write.
    var isWaiting = false
    var writtenBytes = 0
    var stall: (writtenBytes: Int, since: NIODeadline)?

    init(_ loop: DownstreamLoop) {
        self.loop = loop
    }

    /// The connection of the stream that the object carries, or has carried last before it rests.
    var connection: HTTP2Connection {
        guard let current = self.current else { preconditionFailure("an HTTP/2 stream that rests is used") }
        return current
    }

    /// Makes the object ready for a stream.
    func prepare(_ id: UInt32, on connection: HTTP2Connection) {
        self.id = id
        self.current = connection
        self.state = .open
        self.contentLength = nil
        self.receivedBytes = 0
        self.held = ByteBuffer()
        self.trailers = nil
        self.isEndOwed = false
        self.isDiscarding = false
        self.isLastFrame = false
        self.unacknowledged = 0
        self.window = HTTP2ReceiveWindow()
        self.bodyRate = nil
        self.isContinueOwed = false
        self.tunnel = .none
        self.sendWindow = HTTP2SendWindow(connection.settings.initialWindow)
        self.body.removeAll()
        self.endFields = nil
        self.lastFrame = -1
        self.isWritable = true
        self.hasRoomAgain = false
        self.isLocalEnded = false
        self.resetCode = .internalError
        self.isMarked = false
        self.isWaiting = false
        self.writtenBytes = 0
        self.stall = nil
    }

    /// Lets go of the connection and of what is left: the object waits for a stream of any connection.
    func rest() {
        self.current = nil
        self.held = ByteBuffer()
        self.trailers = nil
        self.body.removeAll()
        self.endFields = nil
    }
}

// MARK: The request

extension HTTP2Stream {
    /// Begins the stream with its header section.
    func begin(_ section: FieldSection, endsStream: Bool) {
        if endsStream { self.state.clientEnded() }
        let connection = self.connection
        switch self.read(section) {
        case .connect(let protocolName):
            self.tunnel = .asked
            self.isEndOwed = endsStream
            self.open(Stream.Opening(hasBody: false, upgrade: UpgradeOffer(connect: protocolName)))
            self.stream.receiveEnd(trailers: nil)
        case .malformed:
            self.turnAway("http2.malformed_request", .protocolError)
        case .refused(let status, let detail):
            self.isDiscarding = true
            self.open(
                Stream.Opening(
                    hasBody: false,
                    refusal: .gateway(status, detail, for: self.stream.context.request),
                    refusalFlag: ResponseFlag.protocolError
                )
            )
        case .request(let contentLength, let expectsContinue):
            guard !endsStream || (contentLength ?? 0) == 0 else {
                self.turnAway("http2.malformed_request", .protocolError)
                return
            }
            self.contentLength = contentLength
            self.isContinueOwed = expectsContinue && !endsStream
            if !endsStream { self.bodyRate = BodyRate(start: connection.now) }
            self.open(
                Stream.Opening(
                    hasBody: !endsStream,
                    contentLength: contentLength,
                    expectsContinue: self.isContinueOwed
                )
            )
            if endsStream { self.stream.receiveEnd(trailers: nil) }
        }
    }

    /// Refuses the stream before anything of it is acted on: the client may send it again (RFC 9113, section 8.7).
    ///
    /// - Parameters:
    ///   - section: The header section.
    ///   - endsStream: Whether the request has no body.
    ///   - flag: The mark in the access log.
    func refuse(_ section: FieldSection, endsStream: Bool, flag: String) {
        if endsStream { self.state.clientEnded() }
        _ = self.read(section)
        self.turnAway("http2.refused_stream", .refusedStream, flag: flag)
    }

    /// Makes the stream's request of its header section.
    private func read(_ section: FieldSection) -> HTTP2RequestReader.Outcome {
        let connection = self.connection
        self.stream.prepare(snapshot: connection.loop.snapshot, settings: connection.limits.stream)
        self.stream.listener = connection.peer.listener
        return HTTP2RequestReader.read(
            section,
            connection.limits.head,
            takesExtendedConnect: connection.takesExtendedConnect,
            into: &self.stream.context.request
        )
    }

    /// Resets the stream of a request that no answer may follow, and leaves its line in the logs.
    private func turnAway(_ detail: String, _ code: HTTP2ErrorCode, flag: String = ResponseFlag.protocolError) {
        self.resetCode = code
        self.stream.context.protocolVersion = "HTTP/2"
        self.connection.loop.apply(to: self.stream.context, from: self.connection.peer)
        self.stream.beginAndReset(detail, flag: flag)
    }

    /// Whether the client's bytes may go on.
    private var takesBytes: Bool { self.tunnel != .asked && self.stream.wantsRequestBody }

    private func open(_ opening: Stream.Opening) {
        self.stream.context.protocolVersion = "HTTP/2"
        let connection = self.connection
        connection.loop.apply(to: self.stream.context, from: connection.peer)
        var opening = opening
        if opening.refusal == nil {
            if let answer = connection.loop.shed(self.stream.context.request) {
                opening.refusal = answer
                opening.refusalFlag = ResponseFlag.overload
                connection.beginDraining()
            } else {
                opening.refusal = connection.loop.refusal(of: self.stream.context.request, from: connection.peer)
            }
            if opening.refusal != nil { self.isDiscarding = true }
        }
        self.stream.begin(opening)
    }

    /// Whether the data of a DATA frame, whose header has come, is wanted.
    ///
    /// - Parameters:
    ///   - header: The frame's header.
    ///   - padding: How much of the payload is no data. It counts in the windows and is nobody's to consume.
    func takes(_ header: HTTP2FrameHeader, _ padding: Int) -> Bool {
        guard self.window.receive(header.length, self.connection.initialWindow) else {
            self.violated(.flowControlError)
            return false
        }
        self.isLastFrame = header.endsStream
        let length = header.length - padding
        self.receivedBytes += length
        if let contentLength = self.contentLength,
            self.receivedBytes > contentLength || (header.endsStream && self.receivedBytes != contentLength)
        {
            self.refuse()
            return false
        }
        guard !self.isDiscarding, self.stream.isLive else { return false }
        self.acknowledge(padding)
        return true
    }

    /// A part of the request's body.
    func receive(_ bytes: ByteBuffer) {
        self.bodyRate?.received(bytes.readableBytes)
        guard !self.isDiscarding, self.stream.isLive else { return self.connection.acknowledge(bytes.readableBytes) }
        self.take(bytes)
    }

    /// The end of the request's last frame.
    func receivedEnd() {
        guard self.state.isOpenForClient else { return }
        self.state.clientEnded()
        if !self.isDiscarding, self.stream.isLive {
            self.isEndOwed = true
            self.deliver()
        }
        self.releaseIfOver()
    }

    private func take(_ bytes: ByteBuffer) {
        guard self.held.readableBytes == 0, self.takesBytes, !self.isDelivering else {
            self.held.writeImmutableBuffer(bytes)
            self.deliver()
            return
        }
        if bytes.readableBytes > 0 { self.deliver(bytes) }
        self.deliver()
    }

    /// The trailers of the request, which end it.
    func receive(trailers section: FieldSection, endsStream: Bool) {
        guard self.state.isOpenForClient else { return }
        guard endsStream else { return self.refuse() }
        self.isLastFrame = true
        guard self.tunnel == .none,
            let trailers = HTTP2FieldTable.trailers(self.connection.limits.head, { section.allSatisfy($0) }),
            self.contentLength == nil || self.contentLength == self.receivedBytes
        else {
            return self.refuse()
        }
        self.trailers = trailers.isEmpty ? nil : trailers
        self.receivedEnd()
    }

    /// Hands on what the stream takes.
    private func deliver() {
        guard !self.isDelivering, !self.isDiscarding else { return }
        self.isDelivering = true
        while self.stream.isLive, self.takesBytes, self.held.readableBytes > 0 {
            let bytes = self.held
            self.held = ByteBuffer()
            self.hand(on: bytes)
        }
        self.isDelivering = false
        guard self.stream.isLive, self.isEndOwed, self.held.readableBytes == 0, self.tunnel != .asked else { return }
        self.isEndOwed = false
        self.bodyRate = nil
        let trailers = self.trailers
        self.trailers = nil
        if self.tunnel == .open { self.stream.receiveTunnelEnd() } else { self.stream.receiveEnd(trailers: trailers) }
    }

    private func deliver(_ bytes: ByteBuffer) {
        self.isDelivering = true
        self.hand(on: bytes)
        self.isDelivering = false
    }

    private func hand(on bytes: ByteBuffer) {
        if self.tunnel == .open { self.stream.receiveTunnel(bytes) } else { self.stream.receive(body: bytes) }
        self.acknowledge(bytes.readableBytes)
    }

    /// Counts consumed bytes, and gives them back to the client's windows while the stream wants more.
    private func acknowledge(_ count: Int) {
        guard count > 0 else { return }
        self.connection.acknowledge(count)
        self.unacknowledged += count
        self.widen()
    }

    private func widen() {
        guard self.state.isOpenForClient, !self.isLastFrame, !self.isDiscarding, self.stream.isLive,
            self.stream.wantsRequestBody, self.unacknowledged >= self.connection.windowStep
        else { return }
        self.window.grant(self.unacknowledged)
        self.connection.write(windowUpdate: self.unacknowledged, for: self.id)
        self.unacknowledged = 0
    }

    /// The stream wants more of the request, or no more.
    func demandChanged() {
        guard self.stream.wantsRequestBody else {
            self.bodyRate?.paused(at: self.connection.now)
            return
        }
        self.bodyRate?.resumed(at: self.connection.now)
        self.widen()
        self.deliver()
        self.connection.flushSoon()
    }

    /// Ends a stream whose request turned out to be malformed (RFC 9113, section 8.1.1).
    private func refuse() {
        self.violated(.protocolError)
    }

    /// Forgets what the ``Stream`` has not taken.
    func dropHeld() {
        guard self.held.readableBytes > 0 else { return }
        self.connection.acknowledge(self.held.readableBytes)
        self.held = ByteBuffer()
    }
}
