import FilterAPI
import HTTP1
import NIOCore
import NIOTLS

/// One HTTP/1 connection to an endpoint: carries one exchange after the other.
final class HTTP1Connection: ChannelInboundHandler, EndpointConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let endpoint: Endpoint
    var slot: ConnectionSlot?
    /// When the last exchange ended.
    @exclusivity(unchecked) var idleSince = NIODeadline.uptimeNanoseconds(0)

    /// When the connection takes no more requests.
    private(set) var endsAt = NIODeadline.distantFuture

    private let client: ServiceClient
    private var opening: ConnectAttempt<HTTP1Exchange>?
    private var context: ChannelHandlerContext?
    private var exchange: HTTP1Exchange?
    /// The last exchange, whose memory serves the next one if nobody else holds it.
    private var spare: HTTP1Exchange?
    @exclusivity(unchecked) private var reader = ResponseReader()
    @exclusivity(unchecked) var head = ResponseHead(status: 0)
    /// What the connection is after a change of protocol.
    var tunnel: TunnelChannel?
    /// What was received and not delivered.
    @exclusivity(unchecked) private var inbound = ByteBuffer()
    private var isDelivering = false
    private var isReading = true
    var hasEnded = false
    private var isClosing = false
    private(set) var failure: String?

    init(_ client: ServiceClient, _ endpoint: Endpoint, for attempt: ConnectAttempt<HTTP1Exchange>) {
        self.client = client
        self.endpoint = endpoint
        self.opening = attempt
    }

    /// Connects; the attempt hears of the outcome.
    func open() {
        UpstreamBootstrap.connect(self, client: client)
    }

    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandler(self)
    }

    /// The socket could not be connected.
    func openFailed(_ error: any Error) {
        let attempt = opening
        opening = nil
        attempt?.openFailed(self, error)
    }

    private func opened() {
        endsAt = client.endOfConnection
        let attempt = opening
        opening = nil
        attempt?.opened(self)
    }
}

// MARK: - Exchanges

extension HTTP1Connection {
    /// Carries a new request on this idle connection.
    func carry(_ start: RequestStart) -> HTTP1Exchange {
        let next: HTTP1Exchange
        if isKnownUniquelyReferenced(&spare), let spare { next = spare } else { next = HTTP1Exchange(client) }
        next.begin(start)
        carry(next)
        next.began(on: self)
        return next
    }

    /// Carries an exchange that has waited for this connection.
    func carry(_ exchange: HTTP1Exchange) {
        self.exchange = exchange
        endpoint.load.began()
        spare = nil
        reader.begin(exchange.method, upgrade: exchange.upgrade)
    }

    var channel: (any Channel)? { context?.channel }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    /// The exchange takes more of the response.
    func resumeReading() {
        guard !isDelivering else { return }
        deliver()
        exchange?.readComplete()
    }

    /// The exchange was given up.
    func abandon() {
        forgetExchange()
        close()
    }

    /// Closes the connection, also one whose socket is only being made.
    func close() {
        opening = nil
        isClosing = true
        context?.close(promise: nil)
    }

    /// Lets go of an exchange that is over.
    func forgetExchange() {
        guard exchange != nil else { return }
        exchange = nil
        endpoint.load.ended()
    }

    var closeFuture: EventLoopFuture<Void>? { context?.channel.closeFuture }
}

// MARK: - Delivery

extension HTTP1Connection {
    /// Delivers what was received, until the exchange pauses or ends.
    func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer {
            isDelivering = false
            // The channel reads into the same memory again when nobody else has it.
            if inbound.readableBytes == 0 { inbound = ByteBuffer() }
            readOnIfWanted()
        }
        while let exchange, !exchange.isPaused {
            switch reader.next(from: &inbound, into: &head) {
            case .needMore:
                if hasEnded { inputEnded(exchange) }
                return
            case .informational: exchange.received(informational: head)
            case .head(let hasBody): deliverHead(to: exchange, hasBody: hasBody)
            case .switched: deliverSwitch(to: exchange)
            case .body(let bytes): exchange.received(body: bytes)
            case .end: complete(exchange)
            case .failed(let reason): broken(exchange, reason)
            }
        }
    }

    /// The receiver may begin something else on this connection, so the head leaves it first.
    private func deliverHead(to exchange: HTTP1Exchange, hasBody: Bool) {
        var head = ResponseHead(status: 0)
        swap(&head, &self.head)
        client.answered(endpoint, status: head.status)
        exchange.received(head: &head, hasBody: hasBody)
        swap(&head, &self.head)
    }

    private func complete(_ exchange: HTTP1Exchange) {
        forgetExchange()
        spare = exchange
        head.reset()
        let isReusable = reader.keepsAlive && exchange.isRequestComplete && inbound.readableBytes == 0 && !hasEnded
        inbound = ByteBuffer()
        if isReusable { client.park(self) } else { close() }
        exchange.completed(trailers: reader.takeTrailers())
    }

    private func broken(_ exchange: HTTP1Exchange, _ reason: String) {
        abandon()
        client.failed(endpoint)
        exchange.failed(UpstreamFailure(.protocolError, "\(endpoint.text): \(reason)"))
    }

    private func inputEnded(_ exchange: HTTP1Exchange) {
        if tunnel != nil, tunnelInputEnded(exchange) { return }
        if tunnel == nil, failure == nil, reader.endedWithConnection() { return complete(exchange) }
        forgetExchange()
        if !exchange.canRetry { client.failed(endpoint) }
        exchange.connectionLost("\(endpoint.text): \(failure ?? "the connection was closed")")
    }

    private func readOnIfWanted() {
        guard !isReading, exchange?.isPaused != true else { return }
        isReading = true
        setAutoRead(true)
    }

    private func setAutoRead(_ isOn: Bool) {
        // A channel that is closed already refuses the option, and reads no more either way.
        try? context?.channel.syncOptions?.setOption(.autoRead, value: isOn)
    }
}

// MARK: - Channel events

extension HTTP1Connection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if isClosing { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !client.definition.usesTLS { opened() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event { opened() }
        if let event = event as? ChannelEvent, event == .inputClosed { inputClosed() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard let exchange else { return context.close(promise: nil) }
        exchange.responseBegan()
        if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
        guard exchange.isPaused else { return deliver() }
        if isReading {
            isReading = false
            setAutoRead(false)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        exchange?.readComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        exchange?.tellWritability(context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = "\(error)"
        openFailed(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasEnded = true
        client.connectionClosed(self)
        let attempt = opening
        opening = nil
        attempt?.failed(self, failure ?? "the connection was closed")
        deliver()
    }
}
