import HTTP1
import HTTP2
import NIOCore
package import NIOHTTP2

// What the frame codec is told. Its own bounds against floods are replaced by those of ``HTTP2FrameInspector``.
extension HTTP2Connection {
    /// The most that a header section may come to, decoded and with 32 bytes a field (RFC 9113, section 6.5.2): above
    /// what is answered with 431, so that only hostile sections end the connection.
    static func headerListSize(_ limits: ConnectionLimits) -> Int {
        min(2 * (limits.head.headerBytes + limits.head.startLineBytes) + 64 * limits.head.fieldCount, 1 << 24)
    }

    static func codecConfiguration(
        _ limits: HTTP2Limits,
        _ headerListSize: Int,
        takesExtendedConnect: Bool
    ) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            // Streams are refused one by one, so the codec sees more than there may be.
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.maxConcurrentStreams * 2 + 64),
            // Before it has read the settings the client may send what is the protocol's default.
            HTTP2Setting(parameter: .initialWindowSize, value: max(limits.initialWindow, 65_535)),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerListSize),
        ]
        if takesExtendedConnect {
            configuration.initialSettings.append(HTTP2Setting(parameter: .enableConnectProtocol, value: 1))
        }
        configuration.headerBlockValidation = .disabled
        configuration.contentLengthValidation = .disabled
        configuration.maximumSequentialEmptyDataFrames = 1 << 30
        configuration.maximumBufferedControlFrames = 2000
        configuration.maximumSequentialContinuationFrames = limits.continuationFrames + 1
        configuration.maximumConnectionGlitches = 1 << 30
        configuration.controlFrameRateLimit.maximumCount = 8
        configuration.controlFrameRateLimit.windowLength = .nanoseconds(0)
        return configuration
    }

    static var codecStreamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.streamResetFrameRateLimit.maximumCount = 8
        configuration.streamResetFrameRateLimit.windowLength = .nanoseconds(0)
        configuration.streamErrorRateLimit.maximumCount = 8
        configuration.streamErrorRateLimit.windowLength = .nanoseconds(0)
        return configuration
    }
}

// What the frame codec has written.
extension HTTP2Connection: NIOHTTP2FrameDelegate {
    /// Called within a write: nothing may be written here.
    package func wroteFrame(_ frame: HTTP2Frame) {
        switch frame.payload {
        case .data(let data):
            self.gate.inspector.noteDataSent()
            self.streams[frame.streamID]?.wrote(data.data.readableBytes, end: data.endStream)
        case .headers(let headers):
            if headers.endStream { self.streams[frame.streamID]?.wrote(0, end: true) }
        case .rstStream(let code):
            self.gate.inspector.noteReset(UInt32(truncatingIfNeeded: Int(frame.streamID)))
            if code != .noError, !self.provokedResets.take(at: self.now) { self.failure = .enhanceYourCalm }
        case .goAway(_, let code, _):
            if code != .noError { self.hasCodecFailed = true }
        default: break
        }
    }
}
