package import FilterAPI
import FilterRuntime
import HTTP1
package import NIOCore

/// How the body of the response being written is delimited.
enum ResponseFraming {
    case none
    case length
    case chunked
    /// By the end of the connection: an HTTP/1.0 client and a length that is not known.
    case close
}

// From responses to bytes.
extension HTTP1Connection: ResponseSink {
    /// Parts up to this size are copied behind what waits, larger ones are handed on as they are.
    private static let copyLimit = 4096
    /// Room for most heads; longer ones make their own.
    private static let headCapacity = 512
    /// Room for a line before or after a chunk.
    private static let lineCapacity = 32

    package func admits(_ request: RequestHead) -> Bool { self.loop.refusal(of: request, from: self.peer) == nil }

    package func sendContinue() {
        guard self.isContinueOwed, self.version == .http11 else { return }
        self.isContinueOwed = false
        self.outgoing.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        self.flush()
        self.readMore()
    }

    package func sendInformational(_ head: ResponseHead) {
        guard self.version == .http11 else { return }
        HeadWriter.writeResponse(head, framing: .none, into: &self.outgoing)
        self.flush()
    }

    package func send(head: inout ResponseHead, hasBody: Bool) {
        self.decidePersistence()
        if !head.headers.contains(.date) { head.headers.add(.date, self.loop.date()) }
        let framing = self.framing(of: head, hasBody: hasBody)
        let connection: ConnectionDirective =
            if !self.keepsAlive { .close } else if self.version == .http10 { .keepAlive } else { .none }
        self.makeRoom(HTTP1Connection.headCapacity)
        HeadWriter.writeResponse(head, framing: framing, connection: connection, into: &self.outgoing)
    }

    private func framing(of head: ResponseHead, hasBody: Bool) -> HeadFraming {
        let length = head.headers.contentLength
        self.responseFraming = .none
        if !hasBody {
            let isHead = self.stream.context.request.method == .head || head.status == 304
            if isHead { return length.map { .length($0) } ?? .none }
            return head.isBodiless ? .none : .length(0)
        }
        if let length {
            self.responseFraming = .length
            return .length(length)
        }
        self.responseFraming = self.version == .http11 ? .chunked : .close
        if self.version == .http10 { self.keepsAlive = false }
        return self.version == .http11 ? .chunked : .none
    }

    /// Decides, when the head is written, whether the connection will be usable afterwards.
    private func decidePersistence() {
        let isEnding = self.loop.isDraining || self.isDraining || self.isClosing
        if isEnding || self.stream.mayBecomeTunnel { self.keepsAlive = false }
        guard case .body = self.inbound else { return }
        let isLong = self.decoder.missingBytes.map { $0 > HTTP1Connection.drainLimit } ?? false
        if self.isContinueOwed || isLong { self.keepsAlive = false }
    }

    package func send(body: ByteBuffer) {
        guard self.responseFraming != .none, body.readableBytes > 0 else { return }
        if body.readableBytes <= HTTP1Connection.copyLimit { self.append(body) } else { self.handOn(body) }
        if self.outgoing.readableBytes >= self.limits.buffer / 2 { self.writeOutgoing() }
    }

    private func append(_ body: ByteBuffer) {
        self.makeRoom(body.readableBytes + HTTP1Connection.lineCapacity)
        if self.responseFraming == .chunked {
            ChunkWriter.write(body, into: &self.outgoing)
        } else {
            self.outgoing.writeImmutableBuffer(body)
        }
    }

    private func handOn(_ body: ByteBuffer) {
        guard self.responseFraming == .chunked else {
            self.writeOutgoing()
            self.write(body)
            return
        }
        self.makeRoom(HTTP1Connection.lineCapacity)
        ChunkWriter.writeHeader(size: body.readableBytes, into: &self.outgoing)
        self.writeOutgoing()
        self.write(body)
        self.makeRoom(HTTP1Connection.lineCapacity)
        ChunkWriter.writeEnding(into: &self.outgoing)
    }

    /// Has memory for what is about to be appended, from the event loop when nothing waits.
    private func makeRoom(_ count: Int) {
        if self.outgoing.storageCapacity == 0 { self.outgoing = self.loop.output.take(capacity: count) }
    }

    package func sendEnd(trailers: HeaderFields?) {
        if self.responseFraming == .chunked {
            self.makeRoom(HTTP1Connection.lineCapacity)
            ChunkWriter.writeEnd(trailers: trailers, into: &self.outgoing)
        }
        if self.responseFraming == .close { self.keepsAlive = false }
        if self.outgoing.readableBytes >= self.limits.buffer / 2 { self.writeOutgoing() }
    }

    package func flush() {
        if self.isInReadCycle { self.isFlushWanted = true } else { self.flushNow() }
    }

    func flushNow() {
        self.isFlushWanted = false
        self.writeOutgoing()
        let wasWriting = self.isWriting
        self.isWriting = true
        self.context?.flush()
        self.isWriting = wasWriting
    }

    /// The channel takes more, or no more.
    ///
    /// While the channel is being written to, the news waits for the loop's next turn: a stream that answered it at once
    /// would write within its own write, and the news of the inner one could be lost.
    func writabilityChanged() {
        guard self.isWriting else {
            self.stream.writabilityChanged()
            if self.isWritable, case .head = self.inbound { self.processSoon() } else { self.readMore() }
            return
        }
        guard !self.isWritabilityNewsWaiting else { return }
        self.isWritabilityNewsWaiting = true
        self.channel.eventLoop.assumeIsolated().execute {
            self.isWritabilityNewsWaiting = false
            self.writabilityChanged()
        }
    }

    private func writeOutgoing() {
        guard self.outgoing.readableBytes > 0 else { return }
        // Writing may call back at once, when the channel has enough, and more may be sent then.
        let bytes = self.outgoing
        self.outgoing = ByteBuffer()
        self.loop.output.keep(bytes)
        self.write(bytes)
    }

    private func write(_ bytes: ByteBuffer) {
        let wasWriting = self.isWriting
        self.isWriting = true
        self.context?.write(self.wrapOutboundOut(bytes), promise: nil)
        self.isWriting = wasWriting
    }

    package func reset() {
        self.inbound = .closed
        self.isClosing = true
        self.outgoing.clear()
        if self.peer.tls != nil { self.context?.pipeline.syncOperations.cutTLS() }
        self.context?.close(promise: nil)
    }

    package func requestDemandChanged() {
        if case .tunnel = self.inbound, self.stream.wantsRequestBody { self.processSoon() }
        guard case .body = self.inbound else { return }
        if self.stream.wantsRequestBody {
            self.bodyRate?.resumed(at: self.now)
            self.processSoon()
            self.readMore()
        } else {
            self.bodyRate?.paused(at: self.now)
        }
    }

    package func streamFinished() {
        if self.isClosing, !(self.channel.isActive) {
            self.stream.close()
            return
        }
        self.flush()
        self.finishRequest()
        self.processSoon()
    }

    /// Decides what becomes of the connection when a response has been written.
    private func finishRequest() {
        if !self.keepsAlive {
            self.closeAfterFlush()
            return
        }
        if case .body = self.inbound {
            self.inbound = .draining(remaining: HTTP1Connection.drainLimit)
        } else {
            self.inbound = .head
        }
        self.updateDeadline()
    }

    /// Goes on with bytes that have already arrived, never within the call that ended a stream.
    private func processSoon() {
        guard !self.isProcessing else { return }
        if self.received.readableBytes > 0 {
            self.channel.eventLoop.assumeIsolated().execute {
                self.process()
                if self.isFlushWanted { self.flushNow() }
                self.readMore()
            }
        } else {
            self.readMore()
        }
    }
}

extension HeaderFields {
    /// The announced length, when there is exactly one that is a number.
    fileprivate var contentLength: Int? {
        self.withValueBytes(of: .contentLength) { bytes -> Int? in
            guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
            var value = 0
            for byte in bytes {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value &* 10 &+ Int(byte &- 0x30)
            }
            return value
        } ?? nil
    }
}
