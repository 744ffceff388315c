import HTTP2
import NIOCore
import NIOHTTP2

/// Decides by its header whether a client's frame may reach the frame codec: a pure value.
///
/// The codec does not bound some floods, bounds others over a connection's whole life, and answers frames on closed
/// streams with other errors than the protocol names, or not at all. So what a header shows is settled here, before the
/// codec sees it: frames on streams that the client has ended or never opened (RFC 9113, section 5.1), broken header
/// sections (section 6.10), and floods of frames that cost their sender nothing.
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
        guard header.length <= HTTP2FrameInspector.maximumFrameSize else { return .fail(.frameSizeError) }
        if self.section != nil { return self.inspectWithinSection(header) }
        switch header.kind {
        case HTTP2FrameHeader.Kind.data: return self.inspectData(header, now)
        case HTTP2FrameHeader.Kind.headers: return self.inspectHeaders(header)
        case HTTP2FrameHeader.Kind.priority: return self.inspectPriority(header, now)
        case HTTP2FrameHeader.Kind.resetStream:
            self.open.remove(header.streamID)
            self.forgetReset(header.streamID)
            return self.clientResets.take(at: now()) ? .pass : .fail(.enhanceYourCalm)
        case HTTP2FrameHeader.Kind.settings: return self.inspectSettings(header, now)
        case HTTP2FrameHeader.Kind.ping:
            return self.controlFrames.take(at: now()) ? .pass : .fail(.enhanceYourCalm)
        case HTTP2FrameHeader.Kind.windowUpdate:
            self.windowUpdates += 1
            return self.windowUpdates <= self.windowUpdateAllowance ? .pass : .fail(.enhanceYourCalm)
        case HTTP2FrameHeader.Kind.goAway: return .pass
        case HTTP2FrameHeader.Kind.pushPromise, HTTP2FrameHeader.Kind.continuation: return .fail(.protocolError)
        default:
            return self.controlFrames.take(at: now()) ? .drop : .fail(.enhanceYourCalm)
        }
    }

    /// Nothing but the rest of the section may come (RFC 9113, section 6.10).
    private mutating func inspectWithinSection(_ header: HTTP2FrameHeader) -> Verdict {
        guard var section = self.section, header.kind == HTTP2FrameHeader.Kind.continuation,
            header.streamID == section.streamID
        else { return .fail(.protocolError) }
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
        guard id % 2 == 1, !self.isSkipped(id) else { return .fail(.protocolError) }
        guard header.length <= self.sectionBytes else { return .fail(.enhanceYourCalm) }
        if !header.endsHeaders { self.section = Section(streamID: id, bytes: header.length) }
        if id > self.lastStreamID {
            self.noteGap(before: id)
            self.lastStreamID = id
            self.windowUpdateAllowance += 4
            if !header.endsStream { self.open.insert(id) }
            return .pass
        }
        if self.open.contains(id) {
            if header.endsStream { self.open.remove(id) }
            return .pass
        }
        return self.forgetReset(id) ? .decode : .failStream(.streamClosed)
    }

    /// Priorities are not used (RFC 9113, section 5.3.2), but what is not one is an error.
    private mutating func inspectPriority(_ header: HTTP2FrameHeader, _ now: () -> NIODeadline) -> Verdict {
        guard self.controlFrames.take(at: now()) else { return .fail(.enhanceYourCalm) }
        guard header.streamID != 0 else { return .fail(.protocolError) }
        return header.length == 5 ? .drop : .failStream(.frameSizeError)
    }

    private func isSkipped(_ id: UInt32) -> Bool { self.gaps.contains { $0.contains(id) } }

    /// The client can send nothing more on a stream that the gateway has reset; answers false when there is no such one.
    @discardableResult
    private mutating func forgetReset(_ id: UInt32) -> Bool {
        guard let index = self.reset.firstIndex(of: id) else { return false }
        self.reset[index] = 0
        return true
    }

    private mutating func noteGap(before id: UInt32) {
        let first = self.lastStreamID == 0 ? 1 : self.lastStreamID + 2
        guard id > first else { return }
        if self.gaps.count == HTTP2FrameInspector.rememberedGaps { self.gaps.removeFirst() }
        self.gaps.append(first...(id - 2))
    }

    private mutating func inspectData(_ header: HTTP2FrameHeader, _ now: () -> NIODeadline) -> Verdict {
        let id = header.streamID
        guard id % 2 == 1, id <= self.lastStreamID, !self.isSkipped(id) else { return .fail(.protocolError) }
        if self.open.contains(id) {
            if header.endsStream {
                self.open.remove(id)
            } else if header.length == 0, !self.emptyFrames.take(at: now()) {
                return .fail(.enhanceYourCalm)
            }
            return .pass
        }
        guard self.reset.contains(id) else { return .failStream(.streamClosed) }
        if header.endsStream { self.forgetReset(id) }
        return .discard
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
