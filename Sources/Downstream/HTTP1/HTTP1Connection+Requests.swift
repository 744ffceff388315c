import FilterAPI
import FilterRuntime
import HTTP1
import NIOCore

// From received bytes to requests.
extension HTTP1Connection {
    /// Takes as much out of the received bytes as the current state allows.
    func process() {
        guard !self.isProcessing else { return }
        self.isProcessing = true
        defer { self.isProcessing = false }
        var goesOn = true
        while goesOn {
            switch self.inbound {
            case .head: goesOn = self.processHead()
            case .body: goesOn = self.processBody()
            case .complete: goesOn = self.processNext()
            case .tunnel: goesOn = self.processTunnel()
            case .draining(let remaining): goesOn = self.processDraining(remaining)
            case .closed:
                self.received = ByteBuffer()
                goesOn = false
            }
        }
    }

    private func processHead() -> Bool {
        // Requests wait while the client leaves answers unread.
        guard !self.isClosing, self.isWritable, self.received.readableBytes > 0 else { return false }
        switch self.parser.parse(&self.received, into: &self.head, limits: self.limits.head) {
        case .needMore:
            if self.parser.isInHead || self.received.readableBytes > 0 { self.beganHead() }
            return false
        case .complete(let info):
            self.begin(info)
        case .failed(let error):
            self.refuse(status: error.status, detail: error.detail)
        }
        return true
    }

    private func beganHead() {
        guard self.headDeadline == nil || self.drainDeadline != nil else { return }
        self.headDeadline = self.headDeadline ?? self.now + self.limits.requestHeadTimeout
        self.drainDeadline = nil
        self.updateDeadline()
    }

    private func begin(_ info: RequestHeadInfo) {
        self.headDeadline = nil
        self.drainDeadline = nil
        self.hasServedRequest = true
        self.version = info.version
        self.keepsAlive = info.keepAlive && !self.loop.isDraining && !self.isDraining
        self.isContinueOwed = info.expectsContinue
        self.decoder = BodyDecoder(info.framing)
        // As long as the head was not passed on, nothing of a request with bad chunks reaches an upstream.
        if case .chunked = info.framing, let error = self.decoder.error(in: self.received) {
            self.refuse(status: error.status, detail: error.detail)
            return
        }
        let hasBody = !self.decoder.hasEnded
        var length: Int?
        if case .length(let announced) = info.framing { length = announced }
        var opening = Stream.Opening(
            hasBody: hasBody,
            contentLength: length,
            expectsContinue: info.expectsContinue
        )
        if let upgrade = info.upgrade, !hasBody {
            opening.upgrade = UpgradeOffer(field: upgrade.string(in: self.head.headers.wire))
        }
        self.inbound = hasBody ? .body : .complete
        if hasBody { self.bodyRate = BodyRate(start: self.now) }
        self.open(opening)
        self.updateDeadline()
        if !hasBody { self.stream.receiveEnd(trailers: nil) }
    }

    private func open(_ opening: Stream.Opening) {
        self.stream.prepare(snapshot: self.loop.snapshot, settings: self.limits.stream)
        self.stream.listener = self.peer.listener
        swap(&self.stream.context.request, &self.head)
        self.stream.context.setProtocol(self.version)
        self.loop.apply(to: self.stream.context, from: self.peer)
        var opening = opening
        if opening.refusal == nil {
            if let answer = self.loop.shed(self.stream.context.request) {
                self.keepsAlive = false
                opening.refusal = answer
                opening.refusalFlag = ResponseFlag.overload
            } else {
                opening.refusal = self.loop.refusal(of: self.stream.context.request, from: self.peer)
            }
        }
        self.stream.begin(opening)
    }

    /// Answers a request that cannot be read, and ends the connection: what follows cannot be told apart from it.
    func refuse(status: Int, detail: String, flag: String = ResponseFlag.protocolError) {
        self.headDeadline = nil
        self.version = self.parser.version
        self.keepsAlive = false
        self.isContinueOwed = false
        self.inbound = .closed
        self.received = ByteBuffer()
        self.open(
            Stream.Opening(hasBody: false, refusal: .gateway(status, detail, for: self.head), refusalFlag: flag)
        )
    }

    private func processBody() -> Bool {
        guard self.stream.wantsRequestBody || !self.stream.isLive else { return false }
        guard self.received.readableBytes > 0 else { return false }
        switch self.decoder.next(&self.received) {
        case .needMore:
            return false
        case .data(let chunk):
            self.bodyRate?.received(chunk.readableBytes)
            if self.decoder.missingBytes == 0 { return self.finishBody(chunk) }
            self.stream.receive(body: chunk)
        case .end(let trailers):
            self.ended()
            self.stream.receiveEnd(trailers: trailers)
        case .failed(let error):
            self.keepsAlive = false
            self.inbound = .closed
            self.bodyRate = nil
            self.stream.failRequest(
                .gateway(error.status, error.detail, for: self.stream.context.request),
                flag: ResponseFlag.protocolError
            )
        }
        return true
    }

    /// The last part of a body of known length.
    private func finishBody(_ chunk: ByteBuffer) -> Bool {
        self.ended()
        self.stream.receive(body: chunk)
        self.stream.receiveEnd(trailers: nil)
        return true
    }

    private func ended() {
        self.inbound = .complete
        self.isContinueOwed = false
        self.bodyRate = nil
        self.updateDeadline()
    }

    /// Goes on to the next request when the response to the last one has been written.
    private func processNext() -> Bool {
        guard !self.stream.isLive else { return false }
        self.inbound = self.isClosing ? .closed : .head
        return true
    }

    private func processDraining(_ remaining: Int) -> Bool {
        guard self.received.readableBytes > 0 else { return false }
        switch self.decoder.next(&self.received) {
        case .needMore:
            return false
        case .data(let chunk):
            let rest = remaining - chunk.readableBytes
            guard rest >= 0 else {
                self.closeAfterFlush()
                return true
            }
            self.inbound = .draining(remaining: rest)
            if self.decoder.missingBytes == 0 { self.beganWaiting() }
        case .end:
            self.beganWaiting()
        case .failed:
            self.closeAfterFlush()
        }
        return true
    }

    /// The connection is free for the next request.
    func beganWaiting() {
        self.inbound = .head
        self.bodyRate = nil
        self.updateDeadline()
    }
}

extension StreamContext {
    fileprivate func setProtocol(_ version: HTTP1Version) {
        self.protocolVersion = version == .http10 ? "HTTP/1.0" : "HTTP/1.1"
    }
}
