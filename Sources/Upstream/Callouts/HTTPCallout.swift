import FilterAPI
import NIOCore

/// One HTTP request of a filter, from sending it to the whole answer.
final class HTTPCallout {
    private let request: CalloutRequest
    private let service: ServiceReference
    private let client: ServiceClient
    private var exchange: (any UpstreamExchange)?
    private var done: ((Result<CalloutResponse, CalloutError>) -> Void)?
    private var timer: Scheduled<Void>?
    private var start = NIODeadline.uptimeNanoseconds(0)
    private var response = CalloutResponse(status: 0)

    init(_ request: CalloutRequest, to service: ServiceReference, _ client: ServiceClient) {
        self.request = request
        self.service = service
        self.client = client
    }

    /// Sends the request; `done` is called exactly once.
    func begin(_ done: @escaping (Result<CalloutResponse, CalloutError>) -> Void) {
        self.done = done
        start = .now()
        timer = client.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(bounded: request.timeout)) {
            self.exchange?.timedOut()
            self.giveUp(CalloutError(.timeout, "\(self.service.name) did not answer within \(self.request.timeout)"))
        }
        let exchange = client.begin(request: head, framing: framing, receiver: self)
        self.exchange = exchange
        exchange.send(body: request.body)
        exchange.sendEnd(trailers: nil)
        exchange.flush()
    }

    /// The caller waits no longer. Comes after ``begin(_:)``, which runs within one turn of the event loop.
    func cancel() {
        giveUp(CalloutError(.cancelled, "the stream ended"))
    }

    private var head: RequestHead {
        var head = RequestHead(method: request.method, headers: request.headers)
        head.path = request.path.hasPrefix("/") || request.path == "*" ? request.path : "/" + request.path
        head.headers.remove(.expect)
        head.authority = host
        return head
    }

    private var host: String {
        if let host = request.host ?? request.headers[.host], !host.isEmpty { return host }
        return service.host.isEmpty ? client.definition.defaultHost : service.host
    }

    private var framing: RequestFraming {
        guard request.body.readableBytes == 0 else { return .length(request.body.readableBytes) }
        switch request.method {
        case .post, .put, .patch: return .length(0)
        default: return .none
        }
    }

    private func giveUp(_ error: CalloutError) {
        exchange?.cancel()
        finish(.failure(error))
    }

    private func finish(_ result: Result<CalloutResponse, CalloutError>) {
        timer?.cancel()
        timer = nil
        exchange = nil
        let done = self.done
        self.done = nil
        done?(result)
    }
}

extension HTTPCallout: UpstreamReceiver {
    func upstreamConnected(to endpoint: String) {}

    func upstreamInformational(_ head: ResponseHead) {}

    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {
        exchange?.measured(nanoseconds: (.now() - start).nanoseconds)
        response.status = head.status
        swap(&response.headers, &head.headers)
    }

    func upstreamBody(_ chunk: ByteBuffer) {
        guard response.body.readableBytes + chunk.readableBytes <= request.maximumResponseBytes else {
            let limit = request.maximumResponseBytes
            return giveUp(CalloutError(.tooLarge, "the answer of \(service.name) is larger than \(limit) bytes"))
        }
        response.body.writeImmutableBuffer(chunk)
    }

    func upstreamEnd(trailers: HeaderFields?) {
        finish(.success(response))
    }

    func upstreamReadComplete() {}

    func upstreamFailed(_ failure: UpstreamFailure) {
        finish(.failure(CalloutError(failure, of: service)))
    }

    func upstreamWritabilityChanged(isWritable: Bool) {}
}
