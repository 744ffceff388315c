import HTTP2
import NIOCore

/// Decides by its header whether a client's frame is taken: a pure value.
///
/// Settled here are frames of a wrong length or place (RFC 9113, section 6), frames that do not fit the state of their
/// stream (section 5.1), broken header sections (section 6.10), and floods of frames that cost their sender nothing.
struct HTTP2FrameInspector {
    /// What becomes of a frame.
    enum Verdict: Equatable {
        case pass
        /// Ignored.
        case drop
        /// DATA of a stream that the gateway has reset: ignored, though the connection's window is given back.
        case discard
        /// HEADERS of a stream that the gateway has reset: decoded for what follows, and ignored.
        case decode
        /// The stream ends with this error, or the connection when there is no such stream any more.
        case failStream(HTTP2ErrorCode)
        /// The connection ends with this error.
        case fail(HTTP2ErrorCode)
    }

    private typealias Kind = HTTP2FrameHeader.Kind

    /// A header section that has begun and not ended.
    private struct Section {
        var streamID: UInt32
        var bytes: Int
        var continuations = 0
    }

    /// The size that the gateway's settings leave (section 6.5.2).
    private static let maximumFrameSize = 16_384

    private let continuationFrames: Int
    private let sectionBytes: Int
    private var section: Section?
    private var clientResets: RateBucket
    private var controlFrames: RateBucket
    private var emptyFrames: RateBucket
    private var windowUpdates = 0
    private var windowUpdateAllowance = 1000

    /// The streams that are over, or not yet begun.
    var memory = HTTP2StreamMemory()
    /// Whether the client's first frame has come, its settings.
    private(set) var hasReceivedSettings = false
    /// Whether the client has acknowledged the gateway's settings.
    private(set) var hasAcknowledgedSettings = false

    /// Makes an inspector.
    ///
    /// - Parameters:
    ///   - limits: The limits.
    ///   - sectionBytes: The most bytes that a header section may have on the wire.
    init(_ limits: HTTP2Limits, sectionBytes: Int) {
        self.continuationFrames = limits.continuationFrames
        self.sectionBytes = sectionBytes
        self.clientResets = RateBucket(limits.clientResets)
        self.controlFrames = RateBucket(limits.controlFrames)
        self.emptyFrames = RateBucket(limits.emptyFrames)
    }

    /// Whether a header section has begun and not ended.
    var isInHeaderSection: Bool { self.section != nil }

    /// Looks at the next frame.
    ///
    /// - Parameters:
    ///   - header: The frame's header.
    ///   - state: That of the frame's stream; any for frames of the connection.
    ///   - padding: How much of the payload is padding, of DATA.
    ///   - now: The time.
    mutating func inspect(
        _ header: HTTP2FrameHeader,
        _ state: HTTP2StreamState,
        padding: Int,
        now: () -> NIODeadline
    ) -> Verdict {
        guard header.length <= HTTP2FrameInspector.maximumFrameSize else { return .fail(.frameSizeError) }
        if self.section != nil { return self.inspectWithinSection(header) }
        guard self.hasReceivedSettings else { return self.inspectFirst(header) }
        switch header.kind {
        case Kind.data: return self.inspectData(header, state, padding, now)
        case Kind.headers: return self.inspectHeaders(header, state)
        case Kind.priority: return self.inspectPriority(header, now)
        case Kind.resetStream: return self.inspectReset(header, state, now)
        case Kind.settings: return self.inspectSettings(header, now)
        case Kind.ping:
            guard header.streamID == 0 else { return .fail(.protocolError) }
            guard header.length == 8 else { return .fail(.frameSizeError) }
            return self.countControl(.pass, now)
        case Kind.goAway:
            guard header.streamID == 0 else { return .fail(.protocolError) }
            return header.length >= 8 ? self.countControl(.pass, now) : .fail(.frameSizeError)
        case Kind.windowUpdate: return self.inspectWindowUpdate(header, state)
        case Kind.pushPromise, Kind.continuation: return .fail(.protocolError)
        default: return self.countControl(.drop, now)
        }
    }

    private mutating func countControl(_ verdict: Verdict, _ now: () -> NIODeadline) -> Verdict {
        self.controlFrames.take(at: now()) ? verdict : .fail(.enhanceYourCalm)
    }

    /// The preface ends with the client's settings (section 3.4).
    private mutating func inspectFirst(_ header: HTTP2FrameHeader) -> Verdict {
        guard header.kind == Kind.settings, !header.isAcknowledgement else { return .fail(.protocolError) }
        self.hasReceivedSettings = true
        return HTTP2FrameInspector.fault(ofSettings: header).map { .fail($0) } ?? .pass
    }

    /// Nothing but the rest of the section may come (section 6.10).
    private mutating func inspectWithinSection(_ header: HTTP2FrameHeader) -> Verdict {
        guard var section = self.section, header.kind == Kind.continuation, header.streamID == section.streamID else {
            return .fail(.protocolError)
        }
        section.bytes += header.length
        section.continuations += 1
        guard section.bytes <= self.sectionBytes, section.continuations <= self.continuationFrames else {
            return .fail(.enhanceYourCalm)
        }
        self.section = header.endsHeaders ? nil : section
        return .pass
    }

    private mutating func inspectHeaders(_ header: HTTP2FrameHeader, _ state: HTTP2StreamState) -> Verdict {
        guard header.streamID % 2 == 1, state != .skipped else { return .fail(.protocolError) }
        guard header.length <= self.sectionBytes else { return .fail(.enhanceYourCalm) }
        if !header.endsHeaders { self.section = Section(streamID: header.streamID, bytes: header.length) }
        switch state {
        case .idle:
            self.memory.open(header.streamID)
            self.windowUpdateAllowance += 4
            return .pass
        case .open, .halfClosedLocal: return .pass
        case .reset:
            self.memory.forget(header.streamID)
            return .decode
        case .skipped, .halfClosedRemote, .closed: return .failStream(.streamClosed)
        }
    }

    private mutating func inspectData(
        _ header: HTTP2FrameHeader,
        _ state: HTTP2StreamState,
        _ padding: Int,
        _ now: () -> NIODeadline
    ) -> Verdict {
        switch state {
        case .idle, .skipped: return .fail(.protocolError)
        case .open, .halfClosedLocal:
            guard header.length > padding || header.endsStream || self.emptyFrames.take(at: now()) else {
                return .fail(.enhanceYourCalm)
            }
            return .pass
        case .reset:
            if header.endsStream { self.memory.forget(header.streamID) }
            return .discard
        case .halfClosedRemote, .closed: return .failStream(.streamClosed)
        }
    }

    /// Priorities are not used (section 5.3.2), but what is not one is an error.
    private mutating func inspectPriority(_ header: HTTP2FrameHeader, _ now: () -> NIODeadline) -> Verdict {
        guard self.controlFrames.take(at: now()) else { return .fail(.enhanceYourCalm) }
        guard header.streamID != 0 else { return .fail(.protocolError) }
        return header.length == 5 ? .pass : .failStream(.frameSizeError)
    }

    private mutating func inspectReset(
        _ header: HTTP2FrameHeader,
        _ state: HTTP2StreamState,
        _ now: () -> NIODeadline
    ) -> Verdict {
        guard self.clientResets.take(at: now()) else { return .fail(.enhanceYourCalm) }
        guard state != .idle else { return .fail(.protocolError) }
        guard header.length == 4 else { return .fail(.frameSizeError) }
        if state == .reset { self.memory.forget(header.streamID) }
        return .pass
    }

    private mutating func inspectSettings(_ header: HTTP2FrameHeader, _ now: () -> NIODeadline) -> Verdict {
        if let fault = HTTP2FrameInspector.fault(ofSettings: header) { return .fail(fault) }
        guard header.isAcknowledgement else { return self.countControl(.pass, now) }
        // The gateway says its settings once.
        guard !self.hasAcknowledgedSettings else { return .fail(.protocolError) }
        self.hasAcknowledgedSettings = true
        return .drop
    }

    private static func fault(ofSettings header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
        guard header.streamID == 0 else { return .protocolError }
        return header.length % 6 == 0 && (header.length == 0 || !header.isAcknowledgement) ? nil : .frameSizeError
    }

    private mutating func inspectWindowUpdate(_ header: HTTP2FrameHeader, _ state: HTTP2StreamState) -> Verdict {
        guard header.length == 4 else { return .fail(.frameSizeError) }
        guard header.streamID == 0 || state != .idle else { return .fail(.protocolError) }
        self.windowUpdates += 1
        return self.windowUpdates <= self.windowUpdateAllowance ? .pass : .fail(.enhanceYourCalm)
    }
}

// What the gateway does is told to the inspector too.
extension HTTP2FrameInspector {
    /// The gateway has sent a DATA frame, which may well be answered with window updates.
    mutating func noteDataSent() {
        self.windowUpdateAllowance += 10
    }
}
