import FilterAPI
import HTTP2
import NIOCore
import NIOHTTP2

/// Stands between the socket and the frame codec: lets frames in as ``HTTP2FrameInspector`` decides, and gathers what
/// the codec writes, frame by frame, into few writes and one flush a read cycle.
///
/// Header sections are gathered and decoded here (`HTTP2FrameGate+Sections`): the codec sees empty ones in their place,
/// which move its streams from state to state, and the fields are in ``section`` meanwhile.
///
/// The settings that the client sees are written here. The codec is given wider ones, and is told at once that the
/// client acknowledged them: it would answer a stream too many with the end of the connection, where the gateway refuses
/// that one stream, and would hold the first requests to narrower limits than later ones.
final class HTTP2FrameGate: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    /// What is gathered before it is handed on.
    private static let batch = 32 * 1024
    /// Larger parts are handed on as they are.
    private static let copyLimit = 4096

    var inspector: HTTP2FrameInspector
    /// Called when a frame ends the connection.
    var onFailure: ((HTTP2ErrorCode) -> Void)?
    /// Called when a frame is an error of its stream.
    var onStreamFailure: ((UInt32, HTTP2ErrorCode) -> Void)?
    /// Whether what still comes is thrown away.
    private(set) var isShut = false

    private let clock: any StreamClock
    private let limits: HTTP2Limits
    private let headerListSize: Int
    private var context: ChannelHandlerContext?
    /// The first bytes of a frame whose header is not complete.
    private var rest = ByteBuffer()
    /// How much is missing of the current frame, at first of the preface.
    private var missing = HTTP2Preface.text.utf8CodeUnitCount
    private var isDropping = false
    /// The header section that comes in.
    var gathering = GatheredSection()
    var decoder: FieldSectionDecoder
    /// Whether the settings allow extended CONNECT (RFC 8441, section 3).
    var takesExtendedConnect = false
    /// Where the client's first SETTINGS is.
    private var firstSettings = FirstSettings.awaited
    private var discarded = 0

    private var outgoing = ByteBuffer()
    private var hasWrittenSettings = false
    private var isInReadCycle = false
    private var isFlushWanted = false

    private enum FirstSettings { case awaited, begun, done }

    init(limits: HTTP2Limits, headerListSize: Int, clock: any StreamClock) {
        self.limits = limits
        self.headerListSize = headerListSize
        self.decoder = FieldSectionDecoder(sectionSize: headerListSize)
        self.clock = clock
        self.inspector = HTTP2FrameInspector(limits, sectionBytes: headerListSize)
    }

    /// The fields of the header section that the codec hands on now.
    var section: FieldSection { self.decoder.section }

    /// Whether the client has sent its preface with its settings.
    var hasReceivedSettings: Bool { self.firstSettings == .done }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.onFailure = nil
        self.onStreamFailure = nil
    }

    /// Throws away what still comes.
    func shut() {
        self.isShut = true
        self.rest = ByteBuffer()
        self.gathering = GatheredSection()
    }

    /// Ends the connection over a frame.
    func fail(_ code: HTTP2ErrorCode) {
        if !self.isShut { self.onFailure?(code) }
        self.shut()
    }
}

// MARK: From the client

extension HTTP2FrameGate {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.isInReadCycle = true
        guard !self.isShut else { return }
        var bytes = self.unwrapInboundIn(data)
        if self.rest.readableBytes > 0 {
            self.rest.writeBuffer(&bytes)
            bytes = self.rest
            self.rest = ByteBuffer()
        }
        self.walk(&bytes, context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        self.isInReadCycle = false
        if self.isFlushWanted { self.flushNow() }
    }

    /// Goes from frame to frame and hands on those that pass, as few parts as possible.
    private func walk(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        var passed = 0
        while !self.isShut {
            if let header = self.gathering.frame {
                guard let payload = bytes.readSlice(length: header.length) else { break }
                self.gather(payload, of: header, context)
                continue
            }
            if self.missing > 0 {
                let part = min(self.missing, bytes.readableBytes - passed)
                self.missing -= part
                if self.isDropping {
                    self.drop(part, after: passed, &bytes, context); passed = 0
                } else {
                    passed += part
                }
                guard self.missing == 0 else { break }
            }
            self.isDropping = false
            if self.firstSettings == .begun {
                self.hand(on: passed, of: &bytes, context)
                passed = 0
                self.firstSettings = .done
                self.acknowledgeForCodec(context)
                continue
            }
            guard let header = HTTP2FrameHeader(bytes, at: passed) else { break }
            self.settle(header, &passed, &bytes, context)
        }
        guard !self.isShut else { return }
        self.hand(on: passed, of: &bytes, context)
        if bytes.readableBytes > 0, !self.isShut { self.rest = bytes }
    }

    private func settle(
        _ header: HTTP2FrameHeader,
        _ passed: inout Int,
        _ bytes: inout ByteBuffer,
        _ context: ChannelHandlerContext
    ) {
        if header.kind == HTTP2FrameHeader.Kind.settings, header.isAcknowledgement {
            // What came before it is measured by what the client knew then.
            self.hand(on: passed, of: &bytes, context)
            passed = 0
            guard !self.isShut else { return }
        }
        let verdict = self.inspector.inspect(header, now: { self.clock.now })
        if verdict == .pass, !header.isOfSection {
            if self.firstSettings == .awaited {
                self.firstSettings = header.kind == HTTP2FrameHeader.Kind.settings ? .begun : .done
            }
            passed += HTTP2FrameHeader.size
            self.missing = header.length
            return
        }
        self.drop(HTTP2FrameHeader.size, after: passed, &bytes, context)
        passed = 0
        if case .fail(let code) = verdict { return self.fail(code) }
        if case .failStream(let code) = verdict, !self.isShut { self.onStreamFailure?(header.streamID, code) }
        guard !self.isShut else { return }
        if header.isOfSection || (header.kind == HTTP2FrameHeader.Kind.priority && verdict == .drop) {
            if self.firstSettings == .awaited { self.firstSettings = .done }
            self.gathering.begin(header, isIgnored: verdict != .pass)
        } else {
            self.isDropping = true
            self.missing = header.length
            if header.kind == HTTP2FrameHeader.Kind.data { self.giveBack(header.length) }
        }
    }

    private func drop(_ count: Int, after passed: Int, _ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        self.hand(on: passed, of: &bytes, context)
        bytes.moveReaderIndex(forwardBy: min(count, bytes.readableBytes))
    }

    func hand(on count: Int, of bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        guard count > 0, let part = bytes.readSlice(length: count) else { return }
        context.fireChannelRead(self.wrapInboundOut(part))
    }

    private func acknowledgeForCodec(_ context: ChannelHandlerContext) {
        var frame = ByteBuffer()
        HTTP2FrameHeader(length: 0, kind: HTTP2FrameHeader.Kind.settings, flags: 1).write(into: &frame)
        context.fireChannelRead(self.wrapInboundOut(frame))
    }

    /// Lets the client use the connection's window again for what nobody reads.
    private func giveBack(_ count: Int) {
        self.discarded += count
        guard self.discarded >= self.limits.connectionWindow / 4 else { return }
        HTTP2FrameHeader(length: 4, kind: HTTP2FrameHeader.Kind.windowUpdate).write(into: &self.outgoing)
        self.outgoing.writeInteger(UInt32(truncatingIfNeeded: self.discarded))
        self.discarded = 0
        self.isFlushWanted = true
    }
}

// MARK: To the client

extension HTTP2FrameGate {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(var bytes) = self.unwrapOutboundIn(data) else {
            promise?.fail(ChannelError.operationUnsupported)
            return
        }
        guard self.hasWrittenSettings else {
            self.hasWrittenSettings = true
            self.writeSettings()
            promise?.succeed(())
            return
        }
        self.correctGoAway(&bytes)
        if bytes.readableBytes <= HTTP2FrameGate.copyLimit {
            self.outgoing.writeImmutableBuffer(bytes)
        } else {
            self.writeOutgoing(context)
            context.write(self.wrapOutboundOut(bytes), promise: nil)
        }
        if self.outgoing.readableBytes >= HTTP2FrameGate.batch { self.writeOutgoing(context) }
        promise?.succeed(())
    }

    func flush(context: ChannelHandlerContext) {
        if self.isInReadCycle { self.isFlushWanted = true } else { self.flushNow() }
    }

    /// Hands everything to the socket.
    func flushNow() {
        guard let context = self.context else { return }
        self.isFlushWanted = false
        self.writeOutgoing(context)
        context.flush()
    }

    private func writeOutgoing(_ context: ChannelHandlerContext) {
        guard self.outgoing.readableBytes > 0 else { return }
        context.write(self.wrapOutboundOut(self.outgoing), promise: nil)
        self.outgoing = ByteBuffer()
    }

    /// The settings and the connection's window (RFC 9113, sections 6.5.2 and 6.9.2).
    private func writeSettings() {
        var settings: [(id: UInt16, value: Int)] = [
            (0x3, self.limits.maxConcurrentStreams), (0x4, self.limits.initialWindow), (0x6, self.headerListSize),
        ]
        if self.takesExtendedConnect { settings.append((0x8, 1)) }
        HTTP2FrameHeader(length: 6 * settings.count, kind: HTTP2FrameHeader.Kind.settings).write(into: &self.outgoing)
        for setting in settings {
            self.outgoing.writeInteger(setting.id)
            self.outgoing.writeInteger(UInt32(truncatingIfNeeded: setting.value))
        }
    }

    /// Says the last stream that the client has opened, where the codec says the highest there could be.
    private func correctGoAway(_ bytes: inout ByteBuffer) {
        guard let header = HTTP2FrameHeader(bytes, at: 0), header.kind == HTTP2FrameHeader.Kind.goAway,
            header.length >= 8, bytes.readableBytes == header.length + HTTP2FrameHeader.size
        else { return }
        bytes.setInteger(self.inspector.lastStreamID, at: bytes.readerIndex + HTTP2FrameHeader.size)
    }

    /// Writes a GOAWAY of which the codec does not know, so that it goes on to take frames.
    func writeGoAway(last: UInt32, _ code: HTTP2ErrorCode) {
        HTTP2FrameHeader(length: 8, kind: HTTP2FrameHeader.Kind.goAway).write(into: &self.outgoing)
        self.outgoing.writeInteger(last)
        self.outgoing.writeInteger(UInt32(truncatingIfNeeded: code.networkCode))
        self.isFlushWanted = true
    }
}
