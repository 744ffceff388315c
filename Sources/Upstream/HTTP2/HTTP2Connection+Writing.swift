import HTTP1
import NIOCore
import NIOHPACK
import NIOHTTP2

// Frames of the gateway.
extension HTTP2Connection {
    /// How often exchanges may go on within one flush before other connections have their turn.
    private static let rounds = 16

    func write(headers: HPACKHeaders, for id: HTTP2StreamID, endsStream: Bool) {
        write(HTTP2Frame(streamID: id, payload: .headers(.init(headers: headers, endStream: endsStream))))
    }

    func write(data: ByteBuffer, for id: HTTP2StreamID, endsStream: Bool) {
        let payload = HTTP2Frame.FramePayload.Data(data: .byteBuffer(data), endStream: endsStream)
        write(HTTP2Frame(streamID: id, payload: .data(payload)))
    }

    func write(windowUpdate increment: Int, for id: HTTP2StreamID) {
        write(HTTP2Frame(streamID: id, payload: .windowUpdate(windowSizeIncrement: increment)))
    }

    /// Gives a stream up; the codec answers with the stream's end.
    func write(reset id: HTTP2StreamID, _ code: HTTP2ErrorCode) {
        write(HTTP2Frame(streamID: id, payload: .rstStream(code)))
        flushSoon()
    }

    func write(_ frame: HTTP2Frame) {
        guard !isClosed else { return }
        isFlushWanted = true
        context?.write(wrapOutboundOut(frame), promise: nil)
    }
}

// Flushing: once in a read cycle, or in a turn of the event loop, for all streams together.
extension HTTP2Connection {
    /// The exchange has a part that waits for the flush.
    func hold(_ exchange: HTTP2Exchange) {
        held.append(exchange)
    }

    func flushSoon() {
        isFlushWanted = true
        guard !isInReadCycle, !isFlushing, !isFlushScheduled, !isClosed else { return }
        isFlushScheduled = true
        client.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flushNow()
        }
    }

    /// Writes what waits, and lets exchanges go on that waited for it.
    func flushNow() {
        guard !isFlushing else { return }
        isFlushing = true
        var round = 0
        while isFlushWanted, !isClosed, round < HTTP2Connection.rounds {
            isFlushWanted = false
            round += 1
            writeHeld()
            context?.flush()
            tellRelieved()
        }
        isFlushing = false
        if isFlushWanted { flushSoon() }
    }

    private func writeHeld() {
        guard !held.isEmpty else { return }
        let exchanges = held
        held.removeAll(keepingCapacity: true)
        for exchange in exchanges { exchange.writeHeld() }
    }

    private func tellRelieved() {
        guard !relieved.isEmpty else { return }
        let exchanges = relieved
        relieved.removeAll(keepingCapacity: true)
        for exchange in exchanges { exchange.tellWritability() }
    }
}

// What the frame codec has written; called within a write: nothing may be written here.
extension HTTP2Connection: NIOHTTP2FrameDelegate {
    func wroteFrame(_ frame: HTTP2Frame) {
        switch frame.payload {
        case .data(let data):
            tap.meter.sentData()
            guard let exchange = exchanges[frame.streamID] else { return }
            if exchange.wrote(data.data.readableBytes, end: data.endStream) {
                relieved.append(exchange)
                flushSoon()
            }
        case .headers(let headers):
            if headers.endStream { _ = exchanges[frame.streamID]?.wrote(0, end: true) }
        case .rstStream:
            // Those of the gateway's own come when the exchange has let go of the stream.
            if exchanges[frame.streamID]?.holdsStream == true { broken.insert(frame.streamID) }
        case .goAway(_, let code, _):
            if code != .noError { hasCodecFailed = true }
        default: break
        }
    }
}

// What the frame codec is told. Its own bounds against floods are replaced by those of ``HTTP2FrameMeter``.
extension HTTP2Connection {
    /// The window before the first update (RFC 9113, section 6.9.2).
    static let initialConnectionWindow = 65_535

    /// The most that a header section may come to, decoded and with 32 bytes a field (RFC 9113, section 6.5.2): above
    /// what the reader of responses takes, so that only hostile sections end the connection.
    static let headerListSize: Int = {
        let limits = HeadLimits()
        return 2 * (limits.headerBytes + limits.startLineBytes) + 64 * limits.fieldCount
    }()

    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        let codec = NIOHTTP2Handler(
            mode: .client,
            frameDelegate: self,
            connectionConfiguration: HTTP2Connection.codecConfiguration,
            streamConfiguration: HTTP2Connection.codecStreamConfiguration
        )
        try pipeline.addHandler(tap)
        try pipeline.addHandler(codec)
        try pipeline.addHandler(self)
    }

    private static var codecConfiguration: NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .initialWindowSize, value: HTTP2ReceiveWindow.streamSize),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerListSize),
        ]
        configuration.headerBlockValidation = .disabled
        configuration.contentLengthValidation = .disabled
        configuration.maximumSequentialEmptyDataFrames = 1 << 30
        configuration.maximumBufferedControlFrames = 2000
        configuration.maximumSequentialContinuationFrames = HTTP2FrameMeter.Limit.continuations + 1
        configuration.maximumRecentlyResetStreams = HTTP2StreamLedger.highestLimit
        configuration.maximumConnectionGlitches = 1 << 30
        configuration.controlFrameRateLimit.maximumCount = 8
        configuration.controlFrameRateLimit.windowLength = .nanoseconds(0)
        return configuration
    }

    private static var codecStreamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.streamResetFrameRateLimit.maximumCount = 8
        configuration.streamResetFrameRateLimit.windowLength = .nanoseconds(0)
        configuration.streamErrorRateLimit.maximumCount = 8
        configuration.streamErrorRateLimit.windowLength = .nanoseconds(0)
        return configuration
    }
}
