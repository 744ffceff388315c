import HTTP2
import NIOCore

// Frames of the connection, and of its streams beside their messages.
extension HTTP2Connection {
    private enum Setting {
        static let maxConcurrentStreams: UInt16 = 0x3
        static let initialWindowSize: UInt16 = 0x4
        static let maxHeaderListSize: UInt16 = 0x6
        static let enableConnectProtocol: UInt16 = 0x8
    }

    /// Tells the client the gateway's settings, and of a connection window that is wider than the protocol's (RFC 9113,
    /// sections 6.5.2 and 6.9.2).
    func writeSettings() {
        let limits = self.limits.http2
        var settings: [(id: UInt16, value: Int)] = [
            (Setting.maxConcurrentStreams, limits.maxConcurrentStreams),
            (Setting.initialWindowSize, limits.initialWindow),
            (Setting.maxHeaderListSize, HTTP2Connection.sectionSize(self.limits)),
        ]
        if self.takesExtendedConnect { settings.append((Setting.enableConnectProtocol, 1)) }
        self.output.write(settings: settings)
        let more = limits.connectionWindow - HTTP2ReceiveWindow.protocolDefault
        if more > 0 { self.widenConnection(by: more) }
        self.flushSoon()
    }

    /// Streams go on with the windows that the client names now, and it is told so (section 6.9.2).
    func receive(settings payload: ByteBuffer) {
        let before = self.settings.initialWindow
        if let error = self.settings.read(payload) { return self.fail(error) }
        self.encoder.tableLimited(to: self.settings.smallestTable)
        let change = self.settings.initialWindow - before
        if change != 0 {
            for stream in self.streams.streams {
                guard stream.sendWindow.widen(by: change) else { return self.fail(.flowControlError) }
                stream.windowChanged()
            }
        }
        self.output.writeSettingsAcknowledgement()
        self.flushSoon()
    }

    func receive(ping payload: ByteBuffer) {
        guard !self.frame.isAcknowledgement else { return self.drainAcknowledged() }
        guard let value = payload.getInteger(at: payload.readerIndex, as: UInt64.self) else { return }
        self.output.write(ping: value, isAcknowledgement: true)
        self.flushSoon()
    }

    /// A stream must not depend on itself (RFC 7540, section 5.3.1).
    func receive(priority payload: ByteBuffer) {
        let dependency = payload.getInteger(at: payload.readerIndex, as: UInt32.self) ?? 0
        if dependency & 0x7FFF_FFFF == self.frame.streamID { self.failStream(self.frame.streamID, .protocolError) }
    }

    /// The client takes more (section 6.9).
    func receive(windowUpdate payload: ByteBuffer) {
        let increment = Int(payload.getInteger(at: payload.readerIndex, as: UInt32.self) ?? 0) & 0x7FFF_FFFF
        let id = self.frame.streamID
        guard id != 0 else {
            guard increment > 0 else { return self.fail(.protocolError) }
            guard self.sendWindow.widen(by: increment) else { return self.fail(.flowControlError) }
            if !self.waiting.isEmpty { self.flushSoon() }
            return
        }
        // Those of streams that are over were on their way.
        guard let stream = self.streams[id], stream.state != .closed else { return }
        guard increment > 0 else { return self.failStream(id, .protocolError) }
        guard stream.sendWindow.widen(by: increment) else { return self.failStream(id, .flowControlError) }
        stream.windowChanged()
    }
}
