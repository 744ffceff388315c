import HTTP2
import NIOCore

// Frames of streams.
extension HTTP2Connection {
    private typealias Kind = HTTP2FrameHeader.Kind

    /// Takes the frames that have come, until the client leaves too much of the answers unread.
    func readFrames() {
        while !self.isClosing {
            guard self.isWritable || !self.reader.hasBytes else {
                self.isHeld = true
                return
            }
            switch self.reader.next() {
            case .more: return
            case .header(let header, let padding): self.receive(header, padding)
            case .payload(let payload): self.receive(payload)
            case .data(let data, let isLast): self.receive(data, isLast)
            case .failed(let code): self.fail(code)
            }
        }
    }

    /// The header of a frame, whose payload follows.
    private func receive(_ header: HTTP2FrameHeader, _ padding: Int) {
        let stream = self.streams[header.streamID]
        let state = stream?.state ?? self.inspector.memory.state(of: header.streamID)
        let verdict = self.inspector.inspect(header, state, padding: padding, now: { self.now })
        self.frame = header
        self.isIgnoring = verdict != .pass
        switch verdict {
        case .pass, .drop, .discard, .decode: break
        case .failStream(let code): self.failStream(header.streamID, code)
        case .fail(let code): return self.fail(code)
        }
        switch header.kind {
        case Kind.data: self.begin(data: header, padding, stream)
        case Kind.headers:
            self.opensStream = state == .idle
            self.gathering.begin(header, isIgnored: self.isIgnoring)
        default: break
        }
    }

    /// Payload that is not DATA.
    private func receive(_ payload: ByteBuffer) {
        switch self.frame.kind {
        case Kind.headers, Kind.continuation: self.gather(payload)
        case _ where self.isIgnoring: break
        case Kind.priority: self.receive(priority: payload)
        case Kind.resetStream: self.streams[self.frame.streamID]?.clientHasReset()
        case Kind.settings: self.receive(settings: payload)
        case Kind.ping: self.receive(ping: payload)
        case Kind.goAway: self.clientLeaves()
        case Kind.windowUpdate: self.receive(windowUpdate: payload)
        default: break
        }
    }

    /// A frame is an error of its stream; of the connection, when there is no such stream any more or yet.
    func failStream(_ id: UInt32, _ code: HTTP2ErrorCode) {
        guard let stream = self.streams[id], stream.state != .closed else { return self.fail(code) }
        stream.violated(code)
        self.flushSoon()
    }
}

// DATA.
extension HTTP2Connection {
    private func begin(data header: HTTP2FrameHeader, _ padding: Int, _ stream: HTTP2Stream?) {
        guard self.receiveWindow.receive(header.length, HTTP2ReceiveWindow.protocolDefault) else {
            return self.fail(.flowControlError)
        }
        if !self.isIgnoring, let stream, stream.takes(header, padding) { return }
        self.isIgnoring = true
        self.acknowledge(header.length)
    }

    private func receive(_ data: ByteBuffer, _ isLast: Bool) {
        let stream = self.streams[self.frame.streamID]
        if !self.isIgnoring, data.readableBytes > 0 {
            // The stream may have gone in the middle of the frame.
            if let stream { stream.receive(data) } else { self.acknowledge(data.readableBytes) }
        }
        if isLast, self.frame.endsStream { self.receivedEnd(of: self.frame.streamID, stream) }
    }

    /// The client sends nothing more on a stream, which may have been reset meanwhile.
    private func receivedEnd(of id: UInt32, _ stream: HTTP2Stream?) {
        if let stream { stream.receivedEnd() } else { self.inspector.memory.forget(id) }
    }

    /// The window with which a stream begins, as far as the client can know of it (RFC 9113, section 6.9.2).
    var initialWindow: Int {
        let window = self.limits.http2.initialWindow
        return self.inspector.hasAcknowledgedSettings ? window : max(window, HTTP2ReceiveWindow.protocolDefault)
    }
}

// Header sections.
extension HTTP2Connection {
    private func gather(_ payload: ByteBuffer) {
        if let error = self.gathering.add(payload, of: self.frame) { return self.fail(error) }
        guard self.frame.endsHeaders, let first = self.gathering.first else { return }
        let block = self.gathering.takeFragments()
        guard self.decoder.decode(block, into: &self.loop.fieldSection) else { return self.fail(.compressionError) }
        guard !self.gathering.isIgnored else { return }
        self.loop.fieldSection.isSelfDependent = self.gathering.isSelfDependent
        self.receive(self.loop.fieldSection, first)
    }

    private func receive(_ section: FieldSection, _ first: HTTP2FrameHeader) {
        guard self.opensStream else {
            self.streams[first.streamID]?.receive(trailers: section, endsStream: first.endsStream)
            if first.endsStream, self.streams[first.streamID] == nil { self.inspector.memory.forget(first.streamID) }
            return
        }
        let stream = self.takeStream(first.streamID)
        if case .limited = self.drain {
            stream.refuse(section, endsStream: first.endsStream, flag: ResponseFlag.localReset)
        } else if self.streams.count > self.limits.http2.maxConcurrentStreams {
            stream.refuse(section, endsStream: first.endsStream, flag: ResponseFlag.protocolError)
        } else {
            stream.begin(section, endsStream: first.endsStream)
        }
    }
}
