import FilterRuntime
import NIOCore
import NIOHPACK
import NIOHTTP2

// Frames of the gateway.
extension HTTP2Connection {
    /// How often streams may go on within one flush before other connections have their turn.
    private static let rounds = 16

    func write(headers: HPACKHeaders, for stream: HTTP2Stream, endsStream: Bool) {
        self.write(HTTP2Frame(streamID: stream.id, payload: .headers(.init(headers: headers, endStream: endsStream))))
    }

    func write(data: ByteBuffer, for stream: HTTP2Stream, endsStream: Bool) {
        let payload = HTTP2Frame.FramePayload.Data(data: .byteBuffer(data), endStream: endsStream)
        self.write(HTTP2Frame(streamID: stream.id, payload: .data(payload)))
    }

    /// Resets a stream; the codec answers with the stream's end.
    ///
    /// - Parameter isEndingItself: Whether it is the stream that breaks off, and so ends by itself.
    func write(reset stream: HTTP2Stream, _ code: HTTP2ErrorCode, isEndingItself: Bool = false) {
        guard !stream.isReset, !stream.isClosed else { return }
        let hasEnded = stream.stream.hasEnded
        stream.isReset = true
        stream.dropHeld()
        self.write(HTTP2Frame(streamID: stream.id, payload: .rstStream(code)))
        if !hasEnded, !isEndingItself { stream.abandon() }
    }

    func write(windowUpdate increment: Int, for id: HTTP2StreamID) {
        self.write(HTTP2Frame(streamID: id, payload: .windowUpdate(windowSizeIncrement: increment)))
    }

    func write(_ frame: HTTP2Frame) {
        guard !self.isClosing else { return }
        self.isFlushWanted = true
        self.context?.write(self.wrapOutboundOut(frame), promise: nil)
    }

    /// Tells the client of a connection window that is wider than the protocol's.
    func widenConnection() {
        let more = self.limits.http2.connectionWindow - 65_535
        guard more > 0 else { return }
        self.write(windowUpdate: more, for: .rootStream)
        self.flushSoon()
    }

    /// Counts consumed bytes, and gives them back to the connection's window.
    func acknowledge(_ count: Int) {
        self.unacknowledged += count
        guard self.unacknowledged >= self.limits.http2.connectionWindow / 4 else { return }
        self.write(windowUpdate: self.unacknowledged, for: .rootStream)
        self.unacknowledged = 0
        self.flushSoon()
    }
}

// Flushing.
extension HTTP2Connection {
    /// The stream has a part that waits for the flush.
    func hold(_ stream: HTTP2Stream) {
        self.held.append(stream)
    }

    /// The codec has written something that the stream waited for.
    func mark(_ stream: HTTP2Stream) {
        guard !stream.isMarked else { return }
        stream.isMarked = true
        self.marked.append(stream)
        self.flushSoon()
    }

    /// Flushes when the current read cycle, or the current turn of the event loop, is over.
    func flushSoon() {
        self.isFlushWanted = true
        guard !self.isInReadCycle, !self.isFlushing, !self.isFlushScheduled, !self.isClosing else { return }
        self.isFlushScheduled = true
        self.channel.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flushNow()
        }
    }

    /// Writes what waits, and lets streams go on that waited for it.
    func flushNow() {
        guard !self.isFlushing else { return }
        self.isFlushing = true
        var round = 0
        while self.isFlushWanted, round < HTTP2Connection.rounds {
            self.isFlushWanted = false
            round += 1
            self.writeHeld()
            self.context?.flush()
            self.settleMarked()
        }
        self.isFlushing = false
        if let failure = self.failure { self.fail(failure) }
        if self.isFlushWanted { self.flushSoon() }
    }

    private func writeHeld() {
        guard !self.held.isEmpty else { return }
        let streams = self.held
        self.held.removeAll(keepingCapacity: true)
        for stream in streams {
            stream.isHeldBack = false
            if !stream.isReset, !stream.isLocalEnded { stream.writePending() }
        }
    }

    private func settleMarked() {
        guard !self.marked.isEmpty else { return }
        let streams = self.marked
        self.marked.removeAll(keepingCapacity: true)
        for stream in streams {
            stream.isMarked = false
            if self.streams[stream.id] === stream { stream.settle() }
        }
    }
}
