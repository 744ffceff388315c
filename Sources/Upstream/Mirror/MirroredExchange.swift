import FilterAPI
import NIOCore

/// An exchange of whose request a copy is kept until it is complete.
final class MirroredExchange {
    private let service: MirroringService
    private let exchange: any UpstreamExchange
    private let request: RequestHead
    private let framing: RequestFraming
    private var parts: ContiguousArray<ByteBuffer> = []
    private var count = 0
    private var isCopied = true

    init(
        _ service: MirroringService,
        _ exchange: any UpstreamExchange,
        _ request: RequestHead,
        _ framing: RequestFraming
    ) {
        self.service = service
        self.exchange = exchange
        self.request = request
        self.framing = framing
    }

    private func drop() {
        isCopied = false
        parts = []
    }
}

extension MirroredExchange: UpstreamExchange {
    var isWritable: Bool { exchange.isWritable }

    func send(body: ByteBuffer) {
        exchange.send(body: body)
        guard isCopied else { return }
        count += body.readableBytes
        if count <= service.bodyLimit { parts.append(body) } else { drop() }
    }

    func sendEnd(trailers: HeaderFields?) {
        exchange.sendEnd(trailers: trailers)
        guard isCopied else { return }
        service.send(request, parts: parts, framing: framing, trailers)
        drop()
    }

    func flush() { exchange.flush() }
    func pauseReading() { exchange.pauseReading() }
    func resumeReading() { exchange.resumeReading() }
    func isReplacedAfterTimeout() -> Bool { exchange.isReplacedAfterTimeout() }
    func timedOut() { exchange.timedOut() }
    func measured(nanoseconds: Int64) { exchange.measured(nanoseconds: nanoseconds) }

    func cancel() {
        drop()
        exchange.cancel()
    }
}
