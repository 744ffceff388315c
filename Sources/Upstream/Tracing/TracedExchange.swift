import FilterAPI
import NIOCore

/// One try of a request, under a span: passes everything on in both directions, and ends the span when the try ends.
final class TracedExchange {
    private let scope: TraceScope
    private var span: Span
    private var receiver: (any UpstreamReceiver)?
    /// Where the try went last.
    private var endpoint: String?
    /// Whether the head is being handed on: whoever cancels then has decided by it.
    private var isHandingHeadOn = false
    /// The try; set as soon as it has begun.
    var exchange: (any UpstreamExchange)? {
        didSet { if self.receiver == nil { self.exchange = nil } }
    }

    init(_ scope: TraceScope, _ span: Span, _ receiver: any UpstreamReceiver) {
        self.scope = scope
        self.span = span
        self.receiver = receiver
    }

    /// Ends the span once.
    ///
    /// - Returns: who is to hear of it.
    private func end(_ failure: String?) -> (any UpstreamReceiver)? {
        guard let receiver else { return nil }
        self.receiver = nil
        self.exchange = nil
        self.span.set("network.peer.address", self.endpoint)
        if let failure {
            self.span.failure = failure
            self.span.set("error.type", failure)
        }
        self.scope.end(self.span)
        return receiver
    }
}

extension TracedExchange: UpstreamExchange {
    var isWritable: Bool { self.exchange?.isWritable ?? false }

    func send(body: ByteBuffer) { self.exchange?.send(body: body) }
    func sendEnd(trailers: HeaderFields?) { self.exchange?.sendEnd(trailers: trailers) }
    func flush() { self.exchange?.flush() }
    func pauseReading() { self.exchange?.pauseReading() }
    func resumeReading() { self.exchange?.resumeReading() }
    func isReplacedAfterTimeout() -> Bool { self.exchange?.isReplacedAfterTimeout() ?? false }
    func measured(nanoseconds: Int64) { self.exchange?.measured(nanoseconds: nanoseconds) }

    /// A try that is given up for what it answered, so that another is made in its place, has come to that answer.
    func cancel() {
        let exchange = self.exchange
        _ = self.end(self.isHandingHeadOn ? self.span.failure : "cancelled")
        exchange?.cancel()
    }

    func timedOut() {
        let exchange = self.exchange
        _ = self.end(UpstreamFailure.Code.timeout.rawValue)
        exchange?.timedOut()
    }
}

extension TracedExchange: UpstreamReceiver {
    var traceScope: TraceScope? { self.scope }

    func upstreamConnected(to endpoint: String) {
        self.endpoint = endpoint
        self.receiver?.upstreamConnected(to: endpoint)
    }

    func upstreamInformational(_ head: ResponseHead) { self.receiver?.upstreamInformational(head) }

    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {
        self.span.set("http.response.status_code", head.status)
        if head.status >= 500 { self.span.failure = "\(head.status)" }
        self.isHandingHeadOn = true
        self.receiver?.upstreamHead(&head, hasBody: hasBody)
        self.isHandingHeadOn = false
    }

    func upstreamBody(_ chunk: ByteBuffer) { self.receiver?.upstreamBody(chunk) }
    func upstreamEnd(trailers: HeaderFields?) { self.end(nil)?.upstreamEnd(trailers: trailers) }
    func upstreamReadComplete() { self.receiver?.upstreamReadComplete() }
    func upstreamFailed(_ failure: UpstreamFailure) { self.end(failure.code.rawValue)?.upstreamFailed(failure) }

    func upstreamWritabilityChanged(isWritable: Bool) {
        self.receiver?.upstreamWritabilityChanged(isWritable: isWritable)
    }

    func upstreamRerouted(to service: String) { self.receiver?.upstreamRerouted(to: service) }
    func upstreamGaveUp(_ flag: String) { self.receiver?.upstreamGaveUp(flag) }
}
