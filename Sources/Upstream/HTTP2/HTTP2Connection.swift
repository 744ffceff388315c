import FilterAPI
import HTTP1
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOTLS

/// One HTTP/2 connection to an endpoint: carries many exchanges at a time, each a stream.
///
/// Three handlers in a row: ``HTTP2FrameTap`` counts frames and gathers writes, NIO's `NIOHTTP2Handler` decodes and
/// encodes frames and keeps the protocol's states, and this one has the table of streams; none has a channel of its own.
/// Which streams may be opened ``HTTP2StreamLedger`` decides.
///
/// How the files divide it: streams and frames in (here), frames out (`HTTP2Connection+Writing`), the end
/// (`HTTP2Connection+Closing`).
final class HTTP2Connection: ChannelInboundHandler, EndpointConnection {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let endpoint: Endpoint
    var slot: ConnectionSlot?
    let client: ServiceClient
    let tap: HTTP2FrameTap
    /// When the last stream ended.
    private(set) var idleSince = NIODeadline.now()
    /// Whether the service has said its settings.
    private(set) var hasSettings = false
    /// What the service's window of a new stream has.
    private(set) var initialCredit = HTTP2SendCredit.presumed

    var ledger: HTTP2StreamLedger
    var exchanges: [HTTP2StreamID: HTTP2Exchange] = [:]
    var context: ChannelHandlerContext?
    var opening: ConnectAttempt<HTTP2Pool>?
    private var isOpen = false
    private var ageTimer: Scheduled<Void>?
    /// Whether it is counted as waiting for its next stream.
    var isIdle = false {
        didSet { client.counters.idle += (isIdle ? 1 : 0) - (oldValue ? 1 : 0) }
    }

    /// Exchanges that were given something in this read cycle.
    private var touched: [HTTP2Exchange] = []
    /// Exchanges with parts that wait for the flush.
    var held: [HTTP2Exchange] = []
    /// Exchanges that can be sent more again.
    var relieved: [HTTP2Exchange] = []
    var window = HTTP2ReceiveWindow(step: HTTP2ReceiveWindow.connectionSize / 4)
    var isInReadCycle = false
    var isFlushing = false
    var isFlushScheduled = false
    var isFlushWanted = false
    /// Whether nothing is sent or delivered any more.
    var isClosed = false
    /// Streams that the codec has reset, because the service broke the protocol in them.
    var broken: Set<HTTP2StreamID> = []
    /// Whether the codec has ended the connection, because the service broke the protocol.
    var hasCodecFailed = false
    var failure: String?

    init(_ client: ServiceClient, _ endpoint: Endpoint, for attempt: ConnectAttempt<HTTP2Pool>) {
        self.client = client
        self.endpoint = endpoint
        self.opening = attempt
        self.ledger = HTTP2StreamLedger(limit: endpoint.streamLimit)
        self.tap = HTTP2FrameTap(sectionBytes: HTTP2Connection.headerListSize)
    }

    /// Whether a stream may be opened now.
    var hasRoom: Bool { isOpen && !isClosed && ledger.mayOpen && context?.channel.isWritable == true }

    /// Whether it opens no more streams, for good.
    var isEnding: Bool { isClosed || ledger.isEnding }

    /// Whether the service has said that it takes no streams on it, until it says otherwise.
    var isBlocked: Bool { hasSettings && ledger.limit == 0 }

    /// Whether it can carry streams, now or when one of those that it carries has ended.
    var isAble: Bool { !isEnding && !isBlocked }
}

// MARK: - Opening

extension HTTP2Connection {
    func open() {
        UpstreamBootstrap.connect(self, client: client)
    }

    func openFailed(_ error: any Error) {
        let attempt = opening
        opening = nil
        attempt?.openFailed(self, error)
    }

    private func openFailed(_ reason: String) {
        let attempt = opening
        opening = nil
        attempt?.failed(self, reason)
    }

    private func opened() {
        guard !isOpen else { return }
        isOpen = true
        limitAge()
        write(
            windowUpdate: HTTP2ReceiveWindow.connectionSize - HTTP2Connection.initialConnectionWindow,
            for: .rootStream
        )
        flushSoon()
        let attempt = opening
        opening = nil
        attempt?.opened(self)
    }

    /// Opens no more streams once it has the age that the service's connections may have.
    private func limitAge() {
        let end = client.endOfConnection
        guard end != .distantFuture else { return }
        ageTimer = client.eventLoop.assumeIsolated().scheduleTask(deadline: end) { [weak self] in self?.retire() }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        tap.onFlood = { [unowned self] flood in self.fail(flood.code, flood.reason) }
        if isClosed { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ageTimer?.cancel()
        ageTimer = nil
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !client.definition.usesTLS { opened() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? StreamClosedEvent {
            closed(event.streamID, event.reason)
        } else if let event = event as? TLSUserEvent, case .handshakeCompleted(let negotiated) = event {
            guard negotiated == "h2" else {
                return openFailed("the service did not agree to HTTP/2")
            }
            opened()
        }
    }
}

// MARK: - Streams

extension HTTP2Connection {
    /// Opens a stream for an exchange; call it only while ``hasRoom``.
    func carry(_ exchange: HTTP2Exchange) {
        guard let number = ledger.open() else { preconditionFailure("a stream too many: \(ledger)") }
        isIdle = false
        tap.meter.openedStream()
        let id = HTTP2StreamID(Int(number))
        exchanges[id] = exchange
        endpoint.load.began()
        exchange.began(on: self, id)
    }

    /// The codec has forgotten a stream: it is complete, or one side has reset it.
    private func closed(_ id: HTTP2StreamID, _ reason: HTTP2ErrorCode?) {
        let isBroken = broken.remove(id) != nil
        guard let exchange = exchanges[id] else { return }
        release(id)
        defer { client.http2.roomMade(on: self) }
        // It has reset the stream itself.
        guard exchange.holdsStream else { return }
        switch reason {
        case nil: exchange.streamClosed()
        case _ where isBroken: exchange.streamBroken("\(endpoint.text): malformed frames")
        case .refusedStream?: exchange.streamUnserved("\(endpoint.text): the stream was refused")
        case let reason?: exchange.streamReset("\(endpoint.text): the stream was reset (\(reason))")
        }
    }

    private func release(_ id: HTTP2StreamID) {
        exchanges[id] = nil
        endpoint.load.ended()
        ledger.closed()
        guard exchanges.isEmpty, !isClosed else { return }
        guard !ledger.isEnding else { return finish() }
        idleSince = .now()
        isIdle = true
    }

    /// The service does nothing for streams above this one, and takes no new ones.
    private func receivedGoAway(last: HTTP2StreamID) {
        ledger.receivedGoAway(last: UInt32(truncatingIfNeeded: Int(last)))
        let unserved = exchanges.filter { ledger.isUnserved(UInt32(truncatingIfNeeded: Int($0.key))) }
        for id in unserved.keys.sorted() {
            exchanges[id] = nil
            endpoint.load.ended()
            ledger.closed()
        }
        for (_, exchange) in unserved.sorted(by: { $0.key > $1.key }) {
            exchange.streamUnserved("\(endpoint.text): the service said GOAWAY")
        }
        client.http2.roomMade(on: self)
        if exchanges.isEmpty { finish() }
    }
}

// MARK: - Frames of the service

extension HTTP2Connection {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        isInReadCycle = true
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let headers):
            guard let exchange = exchanges[frame.streamID] else { return }
            touch(exchange)
            exchange.received(headers.headers, endsStream: headers.endStream)
        case .data(let data):
            guard let exchange = exchanges[frame.streamID], case .byteBuffer(let bytes) = data.data else { return }
            touch(exchange)
            exchange.received(bytes, padding: data.paddingBytes.map { $0 + 1 } ?? 0, endsStream: data.endStream)
        case .windowUpdate(let increment): exchanges[frame.streamID]?.widened(by: increment)
        case .settings(.settings(let settings)): received(settings)
        case .goAway(let last, _, _): receivedGoAway(last: last)
        default: break
        }
    }

    private func received(_ settings: HTTP2Settings) {
        if !hasSettings { ledger.receivedNoLimit() }
        hasSettings = true
        for setting in settings {
            switch setting.parameter {
            case .maxConcurrentStreams: ledger.received(maximumConcurrentStreams: setting.value)
            case .initialWindowSize: receivedInitialWindow(setting.value)
            default: break
            }
        }
        endpoint.streamLimit = ledger.limit
        client.http2.limitSaid(on: self)
    }

    /// It changes the windows of all streams (RFC 9113, section 6.9.2).
    private func receivedInitialWindow(_ size: Int) {
        let difference = size - initialCredit
        initialCredit = size
        for exchange in exchanges.values { exchange.shiftCredit(by: difference) }
    }

    private func touch(_ exchange: HTTP2Exchange) {
        if touched.last !== exchange { touched.append(exchange) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        window.consume(tap.meter.takeDataBytes())
        if let increment = window.takeIncrement() { write(windowUpdate: increment, for: .rootStream) }
        let exchanges = touched
        touched.removeAll(keepingCapacity: true)
        for exchange in exchanges { exchange.readComplete() }
        isInReadCycle = false
        flushNow()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        if !relieved.isEmpty { flushSoon() }
        client.http2.roomMade(on: self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if hasCodecFailed {
            fail(nil, "\(error)")
        } else if !(error is any NIOHTTP2Error) {
            failure = "\(error)"
            openFailed(error)
            context.close(promise: nil)
        }
        // What is left are errors of one stream, which the codec has reset.
    }

    func channelInactive(context: ChannelHandlerContext) {
        let reason = failure ?? "the connection was closed"
        openFailed(reason)
        abandonStreams { $0.connectionLost("\(self.endpoint.text): \(reason)") }
    }
}
