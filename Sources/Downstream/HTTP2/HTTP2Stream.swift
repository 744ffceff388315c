import FilterAPI
import FilterRuntime
import HTTP2
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One stream of an HTTP/2 connection: takes a request out of frames and writes its response as frames.
///
/// The frame codec holds back what the client's windows do not admit, taking turns between streams; this object counts
/// what waits there, and stops its ``Stream`` when it is too much. Used again for later streams of the connection.
///
/// How the files divide it: requests (here), responses (`HTTP2Stream+Response`).
final class HTTP2Stream {
    unowned let connection: HTTP2Connection
    private(set) lazy var stream = Stream(
        loop: self.connection.loop.streams,
        sink: self,
        snapshot: self.connection.loop.snapshot
    )
    var id = HTTP2StreamID.rootStream

    // The request.
    /// Whether the client may still send parts of its request.
    private(set) var isRemoteOpen = false
    private var contentLength: Int?
    private var receivedBytes = 0
    /// What the ``Stream`` does not take yet; never more than the stream's window.
    private var held = ByteBuffer()
    private var trailers: HeaderFields?
    private var isEndOwed = false
    private var isDelivering = false
    /// Whether the request's body goes nowhere.
    private var isDiscarding = false
    /// Consumed and not yet given back to the client's window.
    private var unacknowledged = 0
    private var window = HTTP2ReceiveWindow()
    private var bodyRate: BodyRate?
    var isContinueOwed = false
    /// How far a request for a tunnel has come.
    var tunnel = HTTP2Tunnel.none

    // The response.
    /// A head that may yet end the stream.
    var pendingHead: HPACKHeaders?
    /// A part of the body that may yet end the stream.
    var pendingBody = ByteBuffer()
    /// Bytes of the body that wait here and in the codec.
    var queued = 0
    package var isWritable = true
    var hasRoomAgain = false
    /// Whether the end of the response has been handed to the codec.
    var isLocalEnded = false
    /// Whether the codec has written it.
    var isEndWritten = false
    var isReset = false
    /// What the client is told when the stream breaks off.
    private(set) var resetCode = HTTP2ErrorCode.internalError
    /// Whether the codec has forgotten the stream.
    private(set) var isClosed = false
    /// Whether the object cannot carry another stream.
    private(set) var isSpent = false
    var isMarked = false
    var isHeldBack = false
    private var writtenBytes = 0
    private var stall: (writtenBytes: Int, since: NIODeadline)?

    init(_ connection: HTTP2Connection) {
        self.connection = connection
    }

    /// Makes the object ready for a stream.
    func prepare(_ id: HTTP2StreamID) {
        self.id = id
        self.isRemoteOpen = true
        self.contentLength = nil
        self.receivedBytes = 0
        self.held = ByteBuffer()
        self.trailers = nil
        self.isEndOwed = false
        self.isDiscarding = false
        self.unacknowledged = 0
        self.window = HTTP2ReceiveWindow()
        self.bodyRate = nil
        self.isContinueOwed = false
        self.tunnel = .none
        self.pendingHead = nil
        self.pendingBody = ByteBuffer()
        self.queued = 0
        self.isWritable = true
        self.hasRoomAgain = false
        self.isLocalEnded = false
        self.isEndWritten = false
        self.isReset = false
        self.resetCode = .internalError
        self.isClosed = false
        self.writtenBytes = 0
        self.stall = nil
    }
}

// MARK: The request

extension HTTP2Stream {
    /// Begins the stream with its header section.
    func begin(_ section: FieldSection, endsStream: Bool) {
        self.isRemoteOpen = !endsStream
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
    /// - Parameter flag: The mark in the access log.
    func refuse(_ section: FieldSection, flag: String) {
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

    /// A part of the request's body.
    func receive(_ frame: HTTP2Frame.FramePayload.Data) {
        guard case .byteBuffer(let bytes) = frame.data else { return }
        let length = bytes.readableBytes
        let padding = frame.paddingBytes.map { $0 + 1 } ?? 0
        let isWithinWindow = self.window.receive(length + padding, self.connection.initialWindow)
        // Padding counts in the windows and is nobody's to consume.
        self.acknowledge(padding)
        guard self.isRemoteOpen, !self.isReset else {
            self.connection.acknowledge(length)
            return
        }
        guard isWithinWindow else {
            self.connection.acknowledge(length)
            self.end("http2.flow_control_error", .flowControlError)
            return
        }
        self.receivedBytes += length
        if frame.endStream { self.isRemoteOpen = false }
        if let contentLength = self.contentLength,
            self.receivedBytes > contentLength || (frame.endStream && self.receivedBytes != contentLength)
        {
            self.connection.acknowledge(length)
            self.refuse()
            return
        }
        self.bodyRate?.received(length)
        guard !self.isDiscarding, self.stream.isLive else {
            self.connection.acknowledge(length)
            return
        }
        if frame.endStream { self.isEndOwed = true }
        self.take(bytes)
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

    /// The trailers of the request.
    func receive(trailers section: FieldSection, endsStream: Bool) {
        guard self.isRemoteOpen, endsStream else { return }
        self.isRemoteOpen = false
        guard !self.isReset else { return }
        guard self.tunnel == .none,
            let trailers = HTTP2FieldTable.trailers(self.connection.limits.head, { section.allSatisfy($0) }),
            self.contentLength == nil || self.contentLength == self.receivedBytes
        else {
            self.refuse()
            return
        }
        guard !self.isDiscarding, self.stream.isLive else { return }
        self.trailers = trailers.isEmpty ? nil : trailers
        self.isEndOwed = true
        self.deliver()
    }

    /// Hands on what the stream takes.
    private func deliver() {
        guard !self.isDelivering else { return }
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
        guard self.isRemoteOpen, !self.isReset, !self.isDiscarding, self.stream.isLive, self.stream.wantsRequestBody,
            self.unacknowledged >= self.connection.windowStep
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
        self.end("http2.malformed_request", .protocolError)
    }

    /// Ends a stream whose client does not keep to the protocol.
    private func end(_ detail: String, _ code: HTTP2ErrorCode) {
        self.stream.context.record.responseCodeDetails = detail
        self.stream.context.record.responseFlags.append(ResponseFlag.protocolError)
        self.connection.write(reset: self, code)
    }
}

// MARK: Its end

extension HTTP2Stream {
    /// The codec has forgotten the stream: it is complete, or one side has reset it.
    func closed() {
        // A tunnel may have ended towards the client and still wait for it.
        let isTunnelLost = self.tunnel == .open && self.isRemoteOpen
        self.isClosed = true
        self.isRemoteOpen = false
        self.bodyRate = nil
        guard !self.stream.hasEnded else { return self.connection.release(self) }
        // Whoever resets a stream ends it, too.
        guard !self.isReset else { return }
        if self.isEndWritten, !isTunnelLost { self.stream.responseTaken() } else { self.abandon() }
    }

    /// The client is gone.
    func abandon() {
        self.isSpent = true
        self.isReset = true
        self.dropHeld()
        self.stream.clientReset()
        self.connection.release(self)
    }

    func dropHeld() {
        self.connection.acknowledge(self.held.readableBytes)
        self.held = ByteBuffer()
        self.pendingBody = ByteBuffer()
        self.pendingHead = nil
    }

    /// Lets go of what a stream held that may never be used again.
    func finish() {
        if !self.isSpent, self.stream.hasEnded { self.stream.close() }
    }

    /// The codec has written a part of the response.
    func wrote(_ count: Int, end: Bool) {
        self.queued -= count
        self.writtenBytes &+= count
        if !self.isWritable, self.queued <= self.connection.limits.buffer / 2 {
            self.isWritable = true
            self.hasRoomAgain = true
            self.connection.mark(self)
        }
        if end {
            self.isEndWritten = true
            if self.isRemoteOpen { self.connection.mark(self) }
        }
    }

    /// Does what had to wait until the codec had written.
    func settle() {
        if self.hasRoomAgain {
            self.hasRoomAgain = false
            if self.stream.isLive { self.stream.writabilityChanged() }
        }
        if self.isEndWritten { self.stream.responseTaken() }
        // The response is complete: the client need not send the rest of its request (RFC 9113, section 8.1).
        if self.isEndWritten, self.isRemoteOpen, !self.isReset, self.stream.hasEnded {
            self.connection.write(reset: self, .noError)
        }
    }

    /// Looks at the clock: whether the body comes too slowly, or the rest of the response is not taken.
    func check(at now: NIODeadline) {
        if self.isLocalEnded, !self.isEndWritten {
            self.checkStall(now)
        } else if self.isRemoteOpen, self.stream.isLive,
            self.bodyRate?.isTooSlow(at: now, limits: self.connection.limits) == true
        {
            self.bodyRate = nil
            self.isDiscarding = true
            self.stream.failRequest(
                .gateway(408, "request_body_too_slow", for: self.stream.context.request),
                flag: ResponseFlag.tooSlow
            )
        }
    }

    private func checkStall(_ now: NIODeadline) {
        guard let stall = self.stall, stall.writtenBytes == self.writtenBytes else {
            self.stall = (self.writtenBytes, now)
            return
        }
        guard now - stall.since >= self.connection.limits.stream.idleTimeout else { return }
        self.resetCode = .cancel
        self.stream.clientStalled()
    }
}
