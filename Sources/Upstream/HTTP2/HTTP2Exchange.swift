import FilterAPI
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request as a stream of an HTTP/2 connection, from the wait for room on a connection to the end of the response.
///
/// How the files divide it: the request (here), the response (`HTTP2Exchange+Response`), the ends of a stream that has
/// not completed (`HTTP2Exchange+Failing`).
final class HTTP2Exchange {
    let client: ServiceClient
    let method: HTTPMethod
    var receiver: (any UpstreamReceiver)?
    /// Until when it waits for a stream.
    var waitsUntil = NIODeadline.distantFuture
    /// The stream that carries the request.
    var stream: (connection: HTTP2Connection, id: HTTP2StreamID)?
    /// Whether ``ServiceClient/begin(request:framing:receiver:)`` has not returned: the receiver does not know the
    /// exchange yet.
    var isBeginning = true

    // The request.
    private let head: HPACKHeaders
    private var progress: RequestProgress
    private var trailers: HeaderFields?
    /// Whether the caller has sent all.
    private var hasEnded: Bool
    /// What can be sent again; before there is a stream, the queue.
    var replay = ReplayBuffer()
    /// A part that may yet end the request; it is the last one or not when the next comes.
    private var pending = ByteBuffer()
    private var isHeld = false
    private var backlog = HTTP2SendBacklog()
    private var credit = HTTP2SendCredit(HTTP2SendCredit.presumed)
    /// Whether the end of the request has gone out.
    var isEndWritten = false
    private var toldWritable = false
    var retries = 0
    /// Whether the stream's connection was in use before.
    var isReused = false

    // The response.
    var reader: HTTP2ResponseReader
    var window = HTTP2ReceiveWindow(step: HTTP2ReceiveWindow.streamSize / 2)
    /// What the receiver does not take yet; never more than the stream's window.
    var waiting = ByteBuffer()
    var responseTrailers: HeaderFields?
    var isEndOwed = false
    var owedFailure: UpstreamFailure?
    var hasHead = false
    var hasResponse = false
    var isPaused = false
    var isDelivering = false

    init(
        _ client: ServiceClient,
        _ request: RequestHead,
        _ framing: RequestFraming,
        _ receiver: any UpstreamReceiver
    ) {
        self.client = client
        self.method = request.method
        self.receiver = receiver
        self.head = HTTP2RequestFields.head(request, framing: framing, usesTLS: client.definition.usesTLS)
        self.progress = RequestProgress(framing)
        self.hasEnded = progress.isComplete
        self.reader = HTTP2ResponseReader(request.method)
        replay.begin(ByteBuffer())
    }

    /// Who answers.
    var endpoint: Endpoint? { stream?.connection.endpoint }

    /// Whether the exchange still cares for its stream.
    var holdsStream: Bool { stream != nil }
}

// MARK: - The caller's end

extension HTTP2Exchange: UpstreamExchange {
    var isWritable: Bool { stream != nil && backlog.isWritable }

    func send(body: ByteBuffer) {
        guard receiver != nil, !hasEnded, body.readableBytes > 0 else { return }
        guard progress.willSend(body.readableBytes) else {
            return misused("the body of the request is longer than its head announced")
        }
        guard stream != nil else { return replay.enqueue(body) }
        replay.keep(body)
        transmit(body)
    }

    func sendEnd(trailers: HeaderFields?) {
        guard receiver != nil, !hasEnded else { return }
        guard progress.end() else {
            return misused("the body of the request is shorter than its head announced")
        }
        hasEnded = true
        self.trailers = trailers
        transmitEnd()
    }

    func flush() {
        stream?.connection.flushSoon()
    }

    func pauseReading() {
        isPaused = true
    }

    func timedOut() {
        // A client that has not sent all of its request is what was waited for.
        if receiver != nil, !hasHead, hasEnded, let endpoint { client.failed(endpoint) }
        cancel()
    }

    func measured(nanoseconds: Int64) {
        if let endpoint { client.measured(endpoint, nanoseconds: nanoseconds) }
    }

    func cancel() {
        guard receiver != nil else { return }
        if stream == nil { client.http2.forget(self) }
        end()
        letGo(.cancel)
    }

    /// The caller's mistake, or that of a filter that changed a body: the upstream must not take it for a request.
    private func misused(_ message: String) {
        if stream == nil { client.http2.forget(self) }
        letGo(.cancel)
        client.eventLoop.assumeIsolated().execute { self.fail(UpstreamFailure(.protocolError, message)) }
    }

    /// Lets go of everything but the stream; nothing is told to the receiver after this.
    func end() {
        client.requestEnded()
        if retries > 0 { client.retryEnded() }
        receiver = nil
        waiting = ByteBuffer()
        replay.clear()
    }

    /// Resets the stream, if there still is one.
    func letGo(_ code: HTTP2ErrorCode) {
        guard let (connection, id) = stream else { return }
        stream = nil
        pending = ByteBuffer()
        connection.write(reset: id, code)
    }
}

// MARK: - To the connection

extension HTTP2Exchange {
    /// A stream carries the request from now on.
    func began(on connection: HTTP2Connection, _ id: HTTP2StreamID) {
        stream = (connection, id)
        isReused = connection.hasSettings
        isEndWritten = false
        isHeld = false
        backlog = HTTP2SendBacklog()
        credit = HTTP2SendCredit(connection.initialCredit)
        pending = ByteBuffer()
        let isWhole = hasEnded && replay.isEmpty && trailers == nil
        connection.write(headers: head, for: id, endsStream: isWhole)
        if !isWhole {
            replay.forEach { if $0.readableBytes > 0 { transmit($0) } }
            if hasEnded { transmitEnd() }
        }
        replay.trim()
        receiver?.upstreamConnected(to: connection.endpoint.text)
        if isBeginning { toldWritable = isWritable } else { tellWritability() }
        connection.flushSoon()
    }

    private func transmit(_ bytes: ByteBuffer) {
        writePending()
        pending = bytes
        backlog.add(bytes.readableBytes)
        if !backlog.isWritable { tellWritability() }
        guard !isHeld, let stream else { return }
        isHeld = true
        stream.connection.hold(self)
    }

    private func transmitEnd() {
        guard let (connection, id) = stream else { return }
        if let trailers, !trailers.isEmpty {
            writePending()
            connection.write(headers: HTTP2RequestFields.trailers(trailers), for: id, endsStream: true)
        } else {
            let last = pending
            pending = ByteBuffer()
            connection.write(data: last, for: id, endsStream: true)
        }
        connection.flushSoon()
    }

    private func writePending() {
        guard let (connection, id) = stream, pending.readableBytes > 0 else { return }
        let bytes = pending
        pending = ByteBuffer()
        connection.write(data: bytes, for: id, endsStream: false)
    }

    /// The connection is about to flush: what waits for the next part waits no longer.
    func writeHeld() {
        isHeld = false
        writePending()
    }

    /// The codec has written a part of the request.
    ///
    /// - Returns: whether the caller may send again, which it is to be told.
    func wrote(_ count: Int, end: Bool) -> Bool {
        if end { isEndWritten = true }
        credit.take(count)
        return backlog.remove(count)
    }

    /// The service has changed the window that streams begin with.
    func shiftCredit(by difference: Int) {
        credit.shift(by: difference)
    }

    /// The service has widened the stream's window. A mistake in that is one of the stream (RFC 9113, section 6.9).
    func widened(by increment: Int) {
        guard receiver != nil, !isEndOwed, let violation = credit.widen(by: increment) else { return }
        switch violation {
        case .emptyIncrement: refuse("a window update of 0", .protocolError)
        case .overflow: refuse("a window beyond its limit", .flowControlError)
        }
    }

    func tellWritability() {
        guard isWritable != toldWritable else { return }
        toldWritable = isWritable
        receiver?.upstreamWritabilityChanged(isWritable: isWritable)
    }
}
