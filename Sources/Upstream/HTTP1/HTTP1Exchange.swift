import FilterAPI
import HTTP1
import NIOCore

/// One request on an HTTP/1 connection, from the wait for the connection to the end of the response.
///
/// A connection uses its exchange again for the next request when nobody else holds it any more.
final class HTTP1Exchange {
    private let client: ServiceClient
    private(set) var receiver: (any UpstreamReceiver)?
    private(set) var connection: HTTP1Connection?
    private var attempt: ConnectAttempt<HTTP1Exchange>?
    private var pending = PendingCount()
    /// Whether an idle connection may serve when its endpoint's turn comes.
    private var takesIdle = true
    @exclusivity(unchecked) private var progress = RequestProgress(.none)
    @exclusivity(unchecked) private var replay = ReplayBuffer()
    private(set) var method = HTTPMethod.get
    /// What the request asks the upstream to switch to.
    private(set) var upgrade: UpgradeExpectation?
    /// How far the tunnel has come that the exchange has become.
    var tunnel: TunnelProgress?
    private(set) var isPaused = false
    private var isReused = false
    private var hasRetried = false
    private var hasFlushed = false
    private var hasResponseBytes = false
    private var hasHead = false
    private var toldWritable = false

    init(_ client: ServiceClient) {
        self.client = client
    }

    /// Takes up a request.
    func begin(_ start: RequestStart) {
        receiver = start.receiver
        method = start.method
        upgrade = start.upgrade
        tunnel = nil
        progress = RequestProgress(start.framing)
        replay.begin(start.head)
        isPaused = false
        isReused = false
        hasRetried = false
        hasFlushed = false
        hasResponseBytes = false
        hasHead = false
        toldWritable = false
    }

    /// Looks for a connection.
    func connect(startingWith endpoint: Endpoint?, takesIdle: Bool = true) {
        self.takesIdle = takesIdle
        let attempt = ConnectAttempt(client, for: self)
        self.attempt = attempt
        if let breaker = client.service.breaker { pending.count(1, in: breaker) }
        attempt.start(with: endpoint)
    }

    /// Whether the request is on its way in full.
    var isRequestComplete: Bool { progress.isComplete }
}

// MARK: - The caller's end

extension HTTP1Exchange: UpstreamExchange {
    var isWritable: Bool { connection?.isWritable ?? false }

    func send(body: ByteBuffer) {
        guard receiver != nil, body.readableBytes > 0 else { return }
        guard progress.willSend(body.readableBytes) else {
            if tunnel != nil { return sendThroughTunnel(body) }
            return misused("the body of the request is longer than its head announced")
        }
        if progress.isChunked { transmit(chunk: body) } else { transmit(body) }
    }

    func sendEnd(trailers: HeaderFields?) {
        guard receiver != nil, !progress.isComplete else { return endTunnelOutput() }
        guard progress.end() else {
            return misused("the body of the request is shorter than its head announced")
        }
        guard progress.isChunked else { return }
        var frame = ByteBuffer()
        ChunkWriter.writeEnd(trailers: trailers, into: &frame)
        transmit(frame)
    }

    func flush() {
        guard let connection else { return }
        if !hasFlushed {
            hasFlushed = true
            if !method.isIdempotent { replay.clear() }
        }
        connection.flush()
    }

    func pauseReading() {
        isPaused = true
    }

    func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        connection?.resumeReading()
    }

    func timedOut() {
        // A client that has not sent all of its request is what was waited for.
        if receiver != nil, !hasHead, isRequestComplete, let endpoint = connection?.endpoint { client.failed(endpoint) }
        cancel()
    }

    func measured(nanoseconds: Int64) {
        if let endpoint = connection?.endpoint { client.measured(endpoint, nanoseconds: nanoseconds) }
    }

    func cancel() {
        guard receiver != nil else { return }
        let (connection, attempt) = (self.connection, self.attempt)
        end()
        attempt?.cancel()
        connection?.abandon()
    }

    /// One buffer for a small chunk; a large one is not copied.
    private func transmit(chunk body: ByteBuffer) {
        var frame = ByteBuffer()
        guard body.readableBytes > HTTP1Exchange.copiedChunkBytes else {
            ChunkWriter.write(body, into: &frame)
            return transmit(frame)
        }
        ChunkWriter.writeHeader(size: body.readableBytes, into: &frame)
        transmit(frame)
        transmit(body)
        transmit(HTTP1Exchange.chunkEnding)
    }

    private static let copiedChunkBytes = 2048
    private static let chunkEnding = ByteBuffer(string: "\r\n")

    private func transmit(_ bytes: ByteBuffer) {
        guard let connection else { return replay.enqueue(bytes) }
        replay.keep(bytes)
        connection.write(bytes)
    }

    /// The caller's mistake, or that of a filter that changed a body: the upstream must not take it for a request.
    private func misused(_ message: String) {
        let (connection, attempt) = (self.connection, self.attempt)
        self.connection = nil
        self.attempt = nil
        attempt?.cancel()
        connection?.abandon()
        client.eventLoop.assumeIsolated().execute { self.failed(UpstreamFailure(.protocolError, message)) }
    }

    /// Lets go of everything; nothing is told to the receiver after this.
    func end() {
        client.requestEnded()
        if hasRetried { client.retryEnded() }
        if let breaker = client.service.breaker { pending.count(0, in: breaker) }
        receiver = nil
        connection = nil
        attempt = nil
        replay.clear()
    }
}

// MARK: - The connection's end

extension HTTP1Exchange: ConnectionSeeker {
    func takeIdle(at endpoint: Endpoint) -> HTTP1Connection? {
        takesIdle ? client.takeIdle(of: endpoint) : nil
    }

    func makeConnection(to endpoint: Endpoint, for attempt: ConnectAttempt<HTTP1Exchange>) -> HTTP1Connection {
        HTTP1Connection(client, endpoint, for: attempt)
    }

    /// A connection carries the request from now on.
    func connected(_ connection: HTTP1Connection, isReused: Bool) {
        attempt = nil
        if let breaker = client.service.breaker { pending.count(0, in: breaker) }
        self.isReused = isReused
        connection.carry(self)
        send(on: connection)
        flush()
        tellWritability(connection.isWritable)
    }

    /// An idle connection carries the request; the caller flushes.
    func began(on connection: HTTP1Connection) {
        isReused = true
        toldWritable = true
        send(on: connection)
    }

    private func send(on connection: HTTP1Connection) {
        self.connection = connection
        replay.forEach { connection.write($0) }
        if isReused, !hasRetried { replay.trim() } else { replay.clear() }
        receiver?.upstreamConnected(to: connection.endpoint.text)
    }

    func tellWritability(_ isWritable: Bool) {
        guard isWritable != toldWritable else { return }
        toldWritable = isWritable
        receiver?.upstreamWritabilityChanged(isWritable: isWritable)
    }

    /// Bytes of the response arrived: the request was taken, and is not sent again.
    func responseBegan() {
        guard !hasResponseBytes else { return }
        hasResponseBytes = true
        replay.clear()
    }

    func received(informational head: ResponseHead) { receiver?.upstreamInformational(head) }

    func received(head: inout ResponseHead, hasBody: Bool) {
        hasHead = true
        receiver?.upstreamHead(&head, hasBody: hasBody)
    }

    func received(body: ByteBuffer) { receiver?.upstreamBody(body) }

    func readComplete() { receiver?.upstreamReadComplete() }

    func completed(trailers: HeaderFields?) {
        let receiver = self.receiver
        end()
        receiver?.upstreamEnd(trailers: trailers)
    }

    /// The connection ended too early.
    func connectionLost(_ reason: String) {
        connection = nil
        guard canRetry, client.admitsRetry() else {
            let code: UpstreamFailure.Code = hasHead ? .resetWithinResponse : .resetBeforeResponse
            return failed(UpstreamFailure(code, reason))
        }
        client.counters.retries += 1
        hasRetried = true
        tellWritability(false)
        connect(startingWith: nil, takesIdle: false)
    }

    /// A reused connection may have been closed by the upstream before it saw the request. What is not idempotent is
    /// kept only until it is flushed (RFC 9110, section 9.2.2).
    var canRetry: Bool {
        isReused && !hasRetried && !hasResponseBytes && replay.isComplete
    }

    func failed(_ failure: UpstreamFailure) {
        guard let receiver else { return }
        end()
        receiver.upstreamFailed(failure)
    }
}
