package import FilterAPI
import Logging
package import NIOCore
package import Upstream

// The response's way: from the upstream or from here, through the filters in reverse, to the client.
extension Stream {
    /// Does what the response's flow says until there is nothing left to do.
    func driveResponse() {
        guard !self.isDrivingResponse else { return }
        self.isDrivingResponse = true
        let generation = self.generation
        driving: while self.isLive, self.generation == generation {
            switch self.responseFlow.next() {
            case .callHead(let filter): self.callResponseHead(filter)
            case .callBody(let filter, let end): self.callResponseBody(filter, end: end)
            case .callTrailers(let filter): self.callResponseTrailers(filter)
            case .callCollected(let filter): self.callResponseCollected(filter)
            case .deliverHead(let lengthIsKnown): self.sendHead(lengthIsKnown: lengthIsKnown)
            case .deliverBody(let chunk): self.send(body: chunk)
            case .deliverEnd(let chunk, let trailers):
                if chunk.readableBytes > 0 { self.send(body: chunk) }
                self.sendEnd(trailers?.fields)
            case .deliverWhole(let body, let trailers, let hadBody):
                self.sendWhole(body, trailers?.fields, hadBody: hadBody)
            case .tooLong(let filter):
                let name = self.chain.entries[filter].name
                self.tallies[filter].answered()
                let answer = LocalResponse.gateway(500, "\(name).response_too_large", for: self.context.request)
                self.respond(answer, from: .filter(name))
            case .wait: break driving
            }
        }
        self.isDrivingResponse = false
        guard self.isLive, self.generation == generation else { return }
        self.updateUpstreamDemand()
        self.pumpLocalBody()
    }

    private func callResponseHead(_ filter: Int) {
        self.call(filter, .response) { bound, object in
            guard let hook = bound.response.head else { return .continue }
            return try hook(object, self.context)
        }
        self.checkStatus(filter)
    }

    private func callResponseBody(_ filter: Int, end: Bool) {
        self.call(filter, .response) { bound, object in
            if let observer = bound.response.observer {
                let action = try observer(object, self.responseFlow.currentBody, end, self.context)
                guard case .continue = action else { return action }
            }
            guard let hook = bound.response.body else { return .continue }
            var chunk = self.responseFlow.currentBody
            defer { self.responseFlow.currentBody = chunk }
            return try hook(object, &chunk, end, self.context)
        }
    }

    private func callResponseTrailers(_ filter: Int) {
        self.call(filter, .response) { bound, object in
            guard let hook = bound.response.trailers else { return .continue }
            var trailers = self.responseFlow.currentTrailers
            defer { self.responseFlow.currentTrailers = trailers }
            return try hook(object, &trailers, self.context)
        }
    }

    private func callResponseCollected(_ filter: Int) {
        self.call(filter, .response) { bound, object in
            guard let hook = bound.response.collect else { return .continue }
            var body = self.responseFlow.currentBody
            defer { self.responseFlow.currentBody = body }
            return try hook(object, &body, self.context)
        }
        self.checkStatus(filter)
    }

    /// A filter that left no usable status is named in a 502.
    func checkStatus(_ filter: Int) {
        guard self.isLive, !self.isHeadSent, self.responseFlow.isStarted else { return }
        guard !(200...599).contains(self.context.response.status), !self.isSwitching else { return }
        self.context.response.status = 502
        let name = self.chain.entries[filter].name
        self.respond(
            .gateway(502, "required_header_missing{:status,\(name)}", for: self.context.request),
            from: .gateway
        )
    }
}

// To the client.
extension Stream {
    private func sendHead(lengthIsKnown: Bool) {
        if !lengthIsKnown { self.context.response.headers.remove(.contentLength) }
        self.writeHead(hasBody: true)
    }

    private func sendWhole(_ body: ByteBuffer, _ trailers: HeaderFields?, hadBody: Bool) {
        if self.isSwitching { return self.openTunnel() }
        let hasBody = body.readableBytes > 0
        if (hasBody || hadBody), !self.isHeadRequest, !self.context.response.isBodiless {
            self.context.response.headers[.contentLength] = String(body.readableBytes)
        }
        self.writeHead(hasBody: hasBody)
        if hasBody { self.send(body: body) }
        self.sendEnd(trailers)
    }

    private func writeHead(hasBody: Bool) {
        self.isHeadSent = true
        if !(200...599).contains(self.context.response.status) { self.context.response.status = 502 }
        if self.upgrade != nil { self.checkUnswitched() }
        // Filters may have changed the status since the response came in.
        self.isResponseBodiless = self.isHeadRequest || self.context.response.isBodiless
        if self.context.response.status == 204 { self.context.response.headers.remove(.contentLength) }
        self.context.record.responseCode = self.context.response.status
        guard !self.isClientGone else { return }
        self.sink.send(head: &self.context.response, hasBody: hasBody && !self.isResponseBodiless)
    }

    private func send(body: ByteBuffer) {
        guard !self.isResponseBodiless, !self.isClientGone else { return }
        self.context.record.bytesSent &+= body.readableBytes
        self.sink.send(body: body)
    }

    private func sendEnd(_ trailers: HeaderFields?) {
        if !self.isClientGone { self.sink.sendEnd(trailers: trailers) }
        self.complete()
    }

    /// Reads more of the response only while the client takes it and no filter holds too much of it.
    func updateUpstreamDemand() {
        guard let exchange = self.exchange else { return }
        let hasRoom = self.responseFlow.heldBytes < self.settings.buffer
        let wanted = hasRoom && (self.isClientGone || self.sink.isWritable) && self.upgrade?.holdsUpstream != true
        guard wanted == self.isUpstreamPaused else { return }
        self.isUpstreamPaused = !wanted
        if wanted { exchange.resumeReading() } else { exchange.pauseReading() }
    }
}

// What the upstream says.
extension Stream: UpstreamReceiver {
    package var traceScope: TraceScope? { self.trace?.scope }

    package func upstreamConnected(to endpoint: String) {
        self.context.record.upstreamHost = endpoint
    }

    package func upstreamInformational(_ head: ResponseHead) {
        guard self.isLive, !self.isHeadSent, !self.isClientGone else { return }
        self.sink.sendInformational(head)
    }

    package func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {
        guard self.isLive, !self.responseFlow.isStarted else { return }
        if let replay = self.replay, self.follows(head, replay) { return }
        self.hasUpstreamAnswered = true
        swap(&self.context.response, &head)
        if let change = self.route?.responseHeaders { change.apply(to: &self.context.response.headers) }
        self.context.responseOrigin = .upstream
        self.context.record.responseCodeDetails = "via_upstream"
        if self.replay?.hasBegunAgain == true { self.context.record.responseCodeDetails = "internal_redirect" }
        let time = (self.loop.clock.now - self.upstreamStart).nanoseconds
        self.context.record.upstreamServiceTime = time
        self.exchange?.measured(nanoseconds: time)
        self.touchIdleDeadline()
        if self.context.response.status == 101 { return self.upstreamSwitched() }
        self.isAnswerStreamed = self.hasStreamedType
        if self.isAnswerStreamed { self.setRouteDeadline(nil) }
        self.responseFlow.receiveHead(hasBody: hasBody)
        self.driveResponse()
    }

    package func upstreamBody(_ chunk: ByteBuffer) {
        guard self.isLive else { return }
        self.touchIdleDeadline()
        if self.upgrade != nil, self.isTunnel { return self.relay(chunk) }
        if let replay = self.replay, replay.next != nil { return self.dropRedirectBody(chunk, replay) }
        self.responseFlow.receive(body: chunk)
        self.driveResponse()
    }

    package func upstreamEnd(trailers: HeaderFields?) {
        guard self.isLive else { return }
        if self.upgrade != nil, self.isTunnel { return self.upstreamTunnelEnded() }
        self.exchange = nil
        self.routeDeadline = .distantFuture
        if let replay = self.replay, let next = replay.next { return self.beginAgain(with: next, replay) }
        self.responseFlow.receiveEnd(trailers: trailers)
        self.driveResponse()
    }

    package func upstreamReadComplete() {
        guard self.isLive, !self.isClientGone else { return }
        self.sink.flush()
    }

    package func upstreamFailed(_ failure: UpstreamFailure) {
        guard self.isLive else { return }
        self.exchange = nil
        // The head said all that there is to know.
        if let replay = self.replay, let next = replay.next { return self.beginAgain(with: next, replay) }
        self.context.record.responseFlags.append(failure.flag)
        self.loop.logger.debug("upstream failed", metadata: ["detail": "\(failure.message)"])
        let answer = LocalResponse.gateway(failure.status, failure.code.rawValue, for: self.context.request)
        self.respond(answer, from: .gateway)
    }

    package func upstreamWritabilityChanged(isWritable: Bool) {
        guard self.isLive else { return }
        self.updateRequestDemand()
    }

    package func upstreamRerouted(to service: String) {
        self.context.record.upstreamCluster = service
    }

    package func upstreamGaveUp(_ flag: String) {
        self.context.record.responseFlags.append(flag)
    }

    /// Whether the route's timeout bounds only the head of this answer.
    private var hasStreamedType: Bool {
        self.context.response.headers.withValueBytes(of: .contentType) { value in
            value.hasPrefix("text/event-stream") || value.hasPrefix("application/grpc")
        } ?? false
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes begin, without case, with the given lower-case text.
    func hasPrefix(_ text: StaticString) -> Bool {
        guard self.count >= text.utf8CodeUnitCount else { return false }
        let head = UnsafeRawBufferPointer(rebasing: self[..<text.utf8CodeUnitCount])
        return head.equalsLowercased(text.description)
    }
}
