import FilterAPI
import NIOCore

/// A copy of a request on its way to a mirror; whatever comes back is dropped.
final class MirroredRequest {
    private let service: MirroringService
    private var exchange: (any UpstreamExchange)?
    private var timer: Scheduled<Void>?
    private var hasEnded = false

    init(_ service: MirroringService) {
        self.service = service
        service.active += 1
    }

    func begin(
        _ request: RequestHead,
        _ parts: ContiguousArray<ByteBuffer>,
        _ framing: RequestFraming,
        _ trailers: HeaderFields?
    ) {
        let exchange = service.mirror.begin(request: request, framing: framing, receiver: self)
        guard !hasEnded else { return }
        self.exchange = exchange
        timer = service.eventLoop.assumeIsolated().scheduleTask(in: service.timeout) { self.timedOut() }
        for part in parts { exchange.send(body: part) }
        exchange.sendEnd(trailers: trailers)
        exchange.flush()
    }

    private func timedOut() {
        let exchange = self.exchange
        end()
        exchange?.cancel()
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        service.active -= 1
        exchange = nil
        timer?.cancel()
        timer = nil
    }
}

extension MirroredRequest: UpstreamReceiver {
    func upstreamConnected(to endpoint: String) {}
    func upstreamInformational(_ head: ResponseHead) {}
    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {}
    func upstreamBody(_ chunk: ByteBuffer) {}
    func upstreamReadComplete() {}
    func upstreamWritabilityChanged(isWritable: Bool) {}
    func upstreamEnd(trailers: HeaderFields?) { end() }
    func upstreamFailed(_ failure: UpstreamFailure) { end() }
}
