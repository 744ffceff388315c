import FilterAPI
import FilterRuntime
import HTTP2
import NIOCore

// Frames of the gateway.
extension HTTP2Connection {
    /// What is gathered before it is handed on.
    private static let batch = 32 * 1024
    /// Parts of bodies up to this size are copied behind what waits, larger ones are handed on as they are.
    static let copyLimit = 4096

    /// Writes a head, final or informational.
    ///
    /// - Returns: The place of the frame.
    func write(head: ResponseHead, for stream: HTTP2Stream) -> Int {
        self.writeSection(stream, endsStream: false) { self.encoder.write(head, into: &$0) }
    }

    /// Writes trailers, which end the stream.
    func write(trailers: HeaderFields, for stream: HTTP2Stream) {
        _ = self.writeSection(stream, endsStream: true) { self.encoder.write(trailers: trailers, into: &$0) }
    }

    private func writeSection(
        _ stream: HTTP2Stream,
        endsStream: Bool,
        _ encode: (inout ByteBuffer) -> Void
    ) -> Int {
        self.beginWriting()
        return self.output.writeSection(stream.id, endsStream: endsStream, encode)
    }

    /// Whether so many bytes of a stream's body may be written at once, and no other stream's wait.
    func admits(_ count: Int, of stream: HTTP2Stream) -> Bool {
        self.isWritable && self.waiting.isEmpty && count <= self.sendWindow.available
            && count <= stream.sendWindow.available
    }

    /// Writes a part of a body, which the windows admit.
    ///
    /// - Returns: The place of the frame.
    func write(data: ByteBuffer, for stream: HTTP2Stream, endsStream: Bool) -> Int {
        self.beginWriting()
        self.inspector.noteDataSent()
        self.sendWindow.take(data.readableBytes)
        stream.sendWindow.take(data.readableBytes)
        let place = self.output.writeDataHeader(stream.id, length: data.readableBytes, endsStream: endsStream)
        if data.readableBytes <= HTTP2Connection.copyLimit {
            self.output.append(data)
        } else {
            self.handOver()
            self.context?.write(self.wrapOutboundOut(data), promise: nil)
        }
        return place
    }

    /// Writes the end of a response behind the frame at a place, if it is not on its way yet, or in one of its own.
    func writeEnd(behind place: Int, for stream: HTTP2Stream) {
        self.isFlushWanted = true
        guard !self.output.endStream(at: place) else { return }
        _ = self.write(data: ByteBuffer(), for: stream, endsStream: true)
    }

    /// Resets a stream.
    ///
    /// - Parameter isEndingItself: Whether it is the stream that breaks off, and so ends by itself.
    func write(reset stream: HTTP2Stream, _ code: HTTP2ErrorCode, isEndingItself: Bool = false) {
        guard stream.state != .closed else { return }
        if stream.state.isOpenForClient { self.inspector.memory.reset(stream.id) }
        stream.wasReset()
        if !self.isClosing {
            self.beginWriting()
            self.output.write(reset: stream.id, code)
        }
        if code != .noError, !self.tolerates(reset: code) { self.failure = .enhanceYourCalm }
        guard !isEndingItself else { return }
        if stream.stream.hasEnded { self.release(stream) } else { stream.abandon() }
    }

    /// Counts a reset that the client has brought about; answers false when it is one too many.
    private func tolerates(reset code: HTTP2ErrorCode) -> Bool {
        guard code == .refusedStream, !self.inspector.hasAcknowledgedSettings else {
            return self.provokedResets.take(at: self.now)
        }
        self.earlyRefusals += 1
        return self.earlyRefusals <= self.limits.http2.earlyRefusals
    }

    func write(windowUpdate increment: Int, for id: UInt32) {
        self.beginWriting()
        self.output.write(windowUpdate: increment, id)
    }

    /// Counts consumed bytes, and gives them back to the connection's window.
    func acknowledge(_ count: Int) {
        self.unacknowledged += count
        guard self.unacknowledged >= self.limits.http2.connectionWindow / 4, !self.isClosing else { return }
        self.widenConnection(by: self.unacknowledged)
        self.unacknowledged = 0
        self.flushSoon()
    }

    /// Lets the client send so many bytes more on all streams together.
    func widenConnection(by count: Int) {
        self.receiveWindow.grant(count)
        self.write(windowUpdate: count, for: 0)
    }

    /// Hands on what waits when it is enough; a frame that is written next can be changed until then.
    private func beginWriting() {
        self.isFlushWanted = true
        if self.output.count >= HTTP2Connection.batch { self.handOver() }
    }

    /// Hands all frames to the channel.
    func handOver() {
        guard self.output.count > 0 else { return }
        self.context?.write(self.wrapOutboundOut(self.output.take()), promise: nil)
    }
}
