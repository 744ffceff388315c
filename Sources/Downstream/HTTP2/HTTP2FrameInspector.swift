import HTTP2
import NIOCore
import NIOHTTP2

/// Decides by its header whether a client's frame may reach the frame codec: a pure value.
///
/// The codec does not bound some floods, bounds others over a connection's whole life, and answers frames on closed
/// streams with other errors than the protocol names. So what a header shows is settled here, before the codec sees it:
/// frames on streams that the client has ended or never opened (RFC 9113, section 5.1), and floods of frames that cost
/// their sender nothing.
struct HTTP2FrameInspector {
    /// What becomes of a frame.
    enum Verdict: Equatable {
        case pass
        /// Ignored.
        case drop
        /// DATA of a stream that the gateway has reset: ignored, though the connection's window is given back.
        case discard
        /// The connection ends with this error.
        case fail(HTTP2ErrorCode)
    }

    /// A header section that has begun and not ended.
    private struct Section {
        var streamID: UInt32
        var bytes: Int
        var continuations = 0
    }

    private static let maximumFrameSize = 16_384
    private static let rememberedResets = 128
    private static let rememberedGaps = 16

    private let limits: HTTP2Limits
    private let sectionBytes: Int
    private var section: Section?
    /// Streams that the client has not ended.
    private var open: Set<UInt32> = []
    /// Streams that the gateway reset before the client ended them; the oldest is at `nextReset` when the list is full.
    private var reset: [UInt32] = []
    private var nextReset = 0
    /// Stream identifiers that the client skipped.
    private var gaps: [ClosedRange<UInt32>] = []
    private var clientResets: RateBucket
    private var controlFrames: RateBucket
    private var emptyFrames: RateBucket
    private var windowUpdates = 0
    private var windowUpdateAllowance = 1000

    /// The highest stream that the client has opened.
    private(set) var lastStreamID: UInt32 = 0
    /// Whether the client has acknowledged the gateway's settings.
    private(set) var hasAcknowledgedSettings = false

    /// Makes an inspector.
    ///
    /// - Parameters:
    ///   - limits: The limits.
    ///   - sectionBytes: The most bytes that a header section may have on the wire.
    init(_ limits: HTTP2Limits, sectionBytes: Int) {
        self.limits = limits
        self.sectionBytes = sectionBytes
        self.clientResets = RateBucket(limits.clientResets)
        self.controlFrames = RateBucket(limits.controlFrames)
        self.emptyFrames = RateBucket(limits.emptyFrames)
    }

    /// Whether a header section has begun and not ended.
    var isInHeaderSection: Bool { self.section != nil }

    /// Looks at the next frame.
    mutating func inspect(_ header: HTTP2FrameHeader, now: () -> NIODeadline) -> Verdict {
        // The codec knows the error for these, and for other frames within a header section.
        guard header.length <= HTTP2FrameInspector.maximumFrameSize else { return .pass }
        if self.section != nil { return self.inspectWithinSection(header) }
        switch header.kind {
        case HTTP2FrameHeader.Kind.data: return self.inspectData(header, now)
        case HTTP2FrameHeader.Kind.headers: return self.inspectHeaders(header)
        case HTTP2FrameHeader.Kind.priority:
            guard self.controlFrames.take(at: now()) else { return .fail(.enhanceYourCalm) }
            return header.length == 5 && header.streamID != 0 ? .drop : .pass
        case HTTP2FrameHeader.Kind.resetStream:
            self.open.remove(header.streamID)
            return self.clientResets.take(at: now()) ? .pass : .fail(.enhanceYourCalm)
        case HTTP2FrameHeader.Kind.settings: return self.inspectSettings(header, now)
        case HTTP2FrameHeader.Kind.ping:
            return self.controlFrames.take(at: now()) ? .pass : .fail(.enhanceYourCalm)
        case HTTP2FrameHeader.Kind.windowUpdate:
            self.windowUpdates += 1
            return self.windowUpdates <= self.windowUpdateAllowance ? .pass : .fail(.enhanceYourCalm)
        case 5, HTTP2FrameHeader.Kind.goAway, HTTP2FrameHeader.Kind.continuation: return .pass
        default:
            return self.controlFrames.take(at: now()) ? .drop : .fail(.enhanceYourCalm)
        }
    }

    private mutating func inspectWithinSection(_ header: HTTP2FrameHeader) -> Verdict {
        guard var section = self.section, header.kind == HTTP2FrameHeader.Kind.continuation,
            header.streamID == section.streamID
        else { return .pass }
        section.bytes += header.length
        section.continuations += 1
        guard section.bytes <= self.sectionBytes, section.continuations <= self.limits.continuationFrames else {
            return .fail(.enhanceYourCalm)
        }
        self.section = header.endsHeaders ? nil : section
        return .pass
    }

    private mutating func inspectHeaders(_ header: HTTP2FrameHeader) -> Verdict {
        let id = header.streamID
        guard id % 2 == 1 else { return .pass }
        if id > self.lastStreamID {
            self.noteGap(before: id)
            self.lastStreamID = id
            self.windowUpdateAllowance += 4
            if !header.endsStream { self.open.insert(id) }
        } else if self.open.contains(id) {
            if header.endsStream { self.open.remove(id) }
        } else {
            return .fail(self.gaps.contains { $0.contains(id) } ? .protocolError : .streamClosed)
        }
        guard header.length <= self.sectionBytes else { return .fail(.enhanceYourCalm) }
        if !header.endsHeaders { self.section = Section(streamID: id, bytes: header.length) }
        return .pass
    }

    private mutating func noteGap(before id: UInt32) {
        let first = self.lastStreamID == 0 ? 1 : self.lastStreamID + 2
        guard id > first else { return }
        if self.gaps.count == HTTP2FrameInspector.rememberedGaps { self.gaps.removeFirst() }
        self.gaps.append(first...(id - 2))
    }

    private mutating func inspectData(_ header: HTTP2FrameHeader, _ now: () -> NIODeadline) -> Verdict {
        let id = header.streamID
        guard id % 2 == 1, id <= self.lastStreamID else { return .pass }
        if self.open.contains(id) {
            if header.endsStream {
                self.open.remove(id)
            } else if header.length == 0, !self.emptyFrames.take(at: now()) {
                return .fail(.enhanceYourCalm)
            }
            return .pass
        }
        if self.reset.contains(id) { return .discard }
        return .fail(self.gaps.contains { $0.contains(id) } ? .protocolError : .streamClosed)
    }

    private mutating func inspectSettings(_ header: HTTP2FrameHeader, _ now: () -> NIODeadline) -> Verdict {
        if header.isAcknowledgement, header.length == 0, header.streamID == 0, !self.hasAcknowledgedSettings {
            // The codec was told so when the client's own settings came.
            self.hasAcknowledgedSettings = true
            return .drop
        }
        return self.controlFrames.take(at: now()) ? .pass : .fail(.enhanceYourCalm)
    }
}

// What the gateway does is told to the inspector too.
extension HTTP2FrameInspector {
    /// The gateway has reset a stream.
    mutating func noteReset(_ id: UInt32) {
        guard self.open.remove(id) != nil else { return }
        guard self.reset.count == HTTP2FrameInspector.rememberedResets else {
            self.reset.append(id)
            return
        }
        self.reset[self.nextReset] = id
        self.nextReset = (self.nextReset + 1) % HTTP2FrameInspector.rememberedResets
    }

    /// The gateway has sent a DATA frame, which may well be answered with window updates.
    mutating func noteDataSent() {
        self.windowUpdateAllowance += 10
    }
}
