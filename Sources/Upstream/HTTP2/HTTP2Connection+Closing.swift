import NIOCore
import NIOHTTP2

// The end of the connection.
extension HTTP2Connection {
    /// Opens no more streams, and ends with the last one.
    func retire() {
        ledger.beginEnding()
        if exchanges.isEmpty { finish() }
    }

    /// Says goodbye to the service and closes.
    func finish() {
        guard !isClosed else { return }
        writeGoAway(.noError)
        close()
    }

    private func writeGoAway(_ code: HTTP2ErrorCode) {
        let payload = HTTP2Frame.FramePayload.goAway(lastStreamID: .rootStream, errorCode: code, opaqueData: nil)
        write(HTTP2Frame(streamID: .rootStream, payload: payload))
    }

    /// The service broke the protocol: the connection ends with all its streams.
    ///
    /// - Parameter code: What the service is told; `nil` when the codec has told it.
    func fail(_ code: HTTP2ErrorCode?, _ reason: String) {
        guard !isClosed else { return }
        failure = reason
        if let code { writeGoAway(code) }
        // Closing may tell of the connection's end at once, which would be taken for the reason.
        abandonStreams { $0.streamBroken("\(self.endpoint.text): \(reason)") }
        close()
    }

    func close() {
        opening = nil
        isClosed = true
        isIdle = false
        tap.shut()
        context?.close(promise: nil)
    }

    var closeFuture: EventLoopFuture<Void>? { context?.channel.closeFuture }

    /// Tells all exchanges the same, the first one last: each may put itself at the head of those that wait.
    func abandonStreams(_ tell: (HTTP2Exchange) -> Void) {
        isClosed = true
        isIdle = false
        let abandoned = exchanges.sorted { $0.key > $1.key }
        exchanges.removeAll()
        for _ in abandoned { endpoint.load.ended() }
        client.http2.connectionClosed(self)
        for (_, exchange) in abandoned { tell(exchange) }
        held.removeAll()
        relieved.removeAll()
    }
}
