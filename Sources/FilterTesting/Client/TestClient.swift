import FilterAPI
import FilterRuntime
import NIOCore

/// The client's end of a stream: sends the request as the gateway takes it, and reads the response.
///
/// Confined to the event loop.
final class TestClient: ResponseSink {
    private let core: GatewayCore
    private var stream: Stream?
    private var received = ReceivedResponse()
    private var hasFinished = false
    private var isGone = false

    private var outgoing: [Outgoing] = []
    private var isPumping = false
    private var waitsForLeave = false

    private var isReadingPaused = false
    private var unread: [TestEvent] = []
    private(set) var unreadBytes = 0
    private(set) var peakUnreadBytes = 0
    private(set) var readBytes = 0
    private let events: AsyncStream<TestEvent>.Continuation
    private var wasWritable = true

    private enum Outgoing {
        case body(ByteBuffer)
        case end(HeaderFields?)
    }

    /// How many bytes wait in the connection while the client does not read.
    static let window = 64 * 1024

    init(core: GatewayCore, events: AsyncStream<TestEvent>.Continuation) {
        self.core = core
        self.events = events
    }

    /// What the client has read, and what the gateway noted when the stream has ended.
    var response: ReceivedResponse {
        self.noticeEnd()
        return self.received
    }

    /// Whether the gateway has ended the stream.
    var isFinished: Bool {
        self.noticeEnd()
        return self.hasFinished
    }

    /// A stream whose client is gone ends without a word to it.
    private func noticeEnd() {
        if self.isGone, !self.hasFinished, self.stream?.isLive == false { self.streamFinished() }
    }

    /// Bytes of the body that the gateway has not taken yet.
    var unsentBytes: Int {
        self.outgoing.reduce(0) { total, part in
            if case .body(let bytes) = part { total + bytes.readableBytes } else { total }
        }
    }

    /// Begins the stream.
    func begin(_ request: TestRequest, hasBody: Bool, contentLength: Int?) {
        let stream = Stream(loop: self.core.streamLoop, sink: self, snapshot: self.core.snapshot)
        self.stream = stream
        self.core.clients.append(self)
        self.waitsForLeave = request.expectsContinue
        stream.prepare(snapshot: self.core.snapshot)
        stream.context.request = request.head(announcing: contentLength)
        stream.context.protocolVersion = request.protocolVersion
        stream.context.clientAddress = request.clientAddress
        stream.context.request.clientAddress = request.clientAddress
        stream.context.remoteAddress = try? SocketAddress(ipAddress: request.clientAddress, port: 50_000)
        let announced = stream.context.request.headers[.contentLength].flatMap { Int($0) }
        stream.begin(
            Stream.Opening(
                hasBody: hasBody,
                contentLength: announced,
                expectsContinue: request.expectsContinue
            )
        )
        // As the codec does: a request without a body is complete at once.
        if !hasBody { self.finishRequest(trailers: nil) }
    }

    func sendBody(_ part: ByteBuffer) {
        self.outgoing.append(.body(part))
        self.pump()
    }

    func finishRequest(trailers: HeaderFields?) {
        self.outgoing.append(.end(trailers))
        self.pump()
    }

    func resetStream() {
        guard !self.isFinished, !self.isGone else { return }
        self.isGone = true
        self.outgoing = []
        self.deliver(.reset)
        self.stream?.clientReset()
        self.noticeEnd()
    }

    /// Sends on while the gateway takes more.
    private func pump() {
        guard !self.isPumping else { return }
        self.isPumping = true
        defer { self.isPumping = false }
        while let stream = self.stream, stream.isLive, let next = self.outgoing.first {
            if case .body = next, !stream.wantsRequestBody || self.waitsForLeave { return }
            self.outgoing.removeFirst()
            switch next {
            case .body(let part): stream.receive(body: part)
            case .end(let trailers): stream.receiveEnd(trailers: trailers)
            }
        }
    }
}

// What the client reads.
extension TestClient {
    func pauseReading() { self.isReadingPaused = true }

    func resumeReading() {
        self.isReadingPaused = false
        let waiting = self.unread
        self.unread = []
        self.unreadBytes = 0
        for event in waiting { self.deliver(event) }
        self.noteWritability()
        self.endEventsIfDone()
    }

    /// Reads up to so many bytes of what waits, whole events at a time.
    func read(bytes: Int) {
        var left = bytes
        while left > 0, let event = self.unread.first {
            self.unread.removeFirst()
            self.unreadBytes -= event.bytes
            left -= max(1, event.bytes)
            self.deliver(event)
        }
        self.noteWritability()
        self.endEventsIfDone()
    }

    private func take(_ event: TestEvent) {
        guard self.isReadingPaused else { return self.deliver(event) }
        self.unread.append(event)
        self.unreadBytes += event.bytes
        self.peakUnreadBytes = max(self.peakUnreadBytes, self.unreadBytes)
        self.wasWritable = self.isWritable
    }

    private func deliver(_ event: TestEvent) {
        self.readBytes += event.bytes
        if !self.core.keepsBodies, case .body = event { return }
        self.received.receive(event)
        self.events.yield(event)
    }

    private func noteWritability() {
        guard self.isWritable != self.wasWritable else { return }
        self.wasWritable = self.isWritable
        self.stream?.writabilityChanged()
    }

    private func endEventsIfDone() {
        if self.hasFinished, self.unread.isEmpty { self.events.finish() }
    }
}

// What the gateway says.
extension TestClient {
    var isWritable: Bool { self.unreadBytes < TestClient.window }

    func sendContinue() {
        self.take(.informational(ResponseHead(status: 100)))
        self.waitsForLeave = false
        // Not at once: the stream is in the middle of something.
        self.core.eventLoop.assumeIsolated().execute { self.pump() }
    }

    func sendInformational(_ head: ResponseHead) { self.take(.informational(head)) }

    func send(head: inout ResponseHead, hasBody: Bool) { self.take(.head(head, hasBody: hasBody)) }

    func send(body: ByteBuffer) { self.take(.body(body)) }

    func sendEnd(trailers: HeaderFields?) { self.take(.end(trailers: trailers)) }

    func sendSwitch(head: ResponseHead, to protocolName: String) { self.take(.head(head, hasBody: true)) }

    func sendTunnelEnd() { self.take(.end(trailers: nil)) }

    func flush() {}

    func reset() { self.take(.reset) }

    func requestDemandChanged() {
        self.core.eventLoop.assumeIsolated().execute { self.pump() }
    }

    func streamFinished() {
        self.hasFinished = true
        self.outgoing = []
        if let stream = self.stream {
            self.received.receive(stream.context)
            // The stream's object may still be on the stack.
            self.core.eventLoop.assumeIsolated().execute {
                stream.close()
                self.stream = nil
            }
        }
        self.core.clients.removeAll { $0 === self }
        self.endEventsIfDone()
    }
}
