import FilterAPI
import Logging
import NIOCore
import Upstream

// The request's way: through the filters, then to the route's destination.
extension Stream {
    /// Does what the request's flow says until there is nothing left to do.
    func driveRequest() {
        guard !self.isDrivingRequest else { return }
        self.isDrivingRequest = true
        let generation = self.generation
        driving: while self.isLive, self.generation == generation {
            switch self.requestFlow.next() {
            case .callHead(let filter): self.callRequestHead(filter)
            case .callBody(let filter, let end): self.callRequestBody(filter, end: end)
            case .callTrailers(let filter): self.callRequestTrailers(filter)
            case .callCollected(let filter): self.callRequestCollected(filter)
            case .deliverHead(let lengthIsKnown):
                if !lengthIsKnown { self.requestMessageLength = nil }
                self.startRequest(body: nil, trailers: nil, hadBody: true)
            case .deliverBody(let chunk): self.exchange?.send(body: chunk)
            case .deliverEnd(let chunk, let trailers):
                if chunk.readableBytes > 0 { self.exchange?.send(body: chunk) }
                self.exchange?.sendEnd(trailers: trailers?.fields)
                if self.awaitsRequestEnd { self.startRouteDeadline() }
            case .deliverWhole(let body, let trailers, let hadBody):
                self.startRequest(body: body, trailers: trailers?.fields, hadBody: hadBody)
            case .tooLong(let filter):
                let name = self.chain.entries[filter].name
                self.tallies[filter].answered()
                let answer = LocalResponse.gateway(413, "\(name).body_too_large", for: self.context.request)
                self.respond(answer, from: .filter(name))
            case .wait: break driving
            }
        }
        self.isDrivingRequest = false
        guard self.isLive, self.generation == generation else { return }
        self.exchange?.flush()
        self.updateRequestDemand()
    }

    private func callRequestHead(_ filter: Int) {
        let targetRevision = self.context.request.targetRevision
        let fieldsRevision = self.context.request.headers.revision
        self.call(filter, .request) { bound, object in
            guard let hook = bound.request.head else { return .continue }
            return try hook(object, self.context)
        }
        self.followRouteChanges(filter, targetRevision, fieldsRevision)
    }

    private func callRequestBody(_ filter: Int, end: Bool) {
        self.call(filter, .request) { bound, object in
            if let observer = bound.request.observer {
                let action = try observer(object, self.requestFlow.currentBody, end, self.context)
                guard case .continue = action else { return action }
            }
            guard let hook = bound.request.body else { return .continue }
            var chunk = self.requestFlow.currentBody
            defer { self.requestFlow.currentBody = chunk }
            return try hook(object, &chunk, end, self.context)
        }
    }

    private func callRequestTrailers(_ filter: Int) {
        self.call(filter, .request) { bound, object in
            guard let hook = bound.request.trailers else { return .continue }
            var trailers = self.requestFlow.currentTrailers
            defer { self.requestFlow.currentTrailers = trailers }
            return try hook(object, &trailers, self.context)
        }
    }

    private func callRequestCollected(_ filter: Int) {
        let targetRevision = self.context.request.targetRevision
        let fieldsRevision = self.context.request.headers.revision
        self.call(filter, .request) { bound, object in
            guard let hook = bound.request.collect else { return .continue }
            var body = self.requestFlow.currentBody
            defer { self.requestFlow.currentBody = body }
            return try hook(object, &body, self.context)
        }
        self.followRouteChanges(filter, targetRevision, fieldsRevision)
    }

    /// After a hook that may have changed the head: a missing target is answered with the filter's name, and a target that
    /// routes differently selects its route.
    func followRouteChanges(_ filter: Int, _ targetRevision: UInt32, _ fieldsRevision: UInt32) {
        guard self.isLive, !self.responseFlow.isStarted else { return }
        let targetChanged = self.context.request.targetRevision != targetRevision
        if targetChanged, let missing = self.missingTarget {
            let name = self.chain.entries[filter].name
            let answer = LocalResponse.gateway(
                400,
                "required_header_missing{\(missing),\(name)}",
                for: self.context.request
            )
            self.respond(answer, from: .gateway)
            return
        }
        guard !self.context.isRoutePinned else { return }
        let fieldsChanged = self.context.request.headers.revision != fieldsRevision
        guard targetChanged || (fieldsChanged && self.snapshot.routesLookAtHeaders) else { return }
        self.selectRouteAgain(after: filter)
    }

    private var missingTarget: String? {
        let wire = self.context.request.headers.wire
        let path = self.context.request.target.withBytes(in: wire) { $0.first }
        if path == nil { return ":path" }
        if path != UInt8(ascii: "/"), path != UInt8(ascii: "*") { return ":path" }
        return nil
    }
}

// The end of the chain: the router's part.
extension Stream {
    /// All filters have let the head pass. `body` is the whole body when it is known.
    private func startRequest(body: ByteBuffer?, trailers: HeaderFields?, hadBody: Bool) {
        guard let route = self.route else {
            self.context.record.responseFlags.append("NR")
            self.respond(.gateway(404, "route_not_found", for: self.context.request), from: .gateway)
            return
        }
        if self.upgrade != nil, self.refusesTunnel(on: route) { return }
        switch route.destination {
        case .answer(let make): self.respond(make(self.context.request), from: .gateway)
        case .service(let service):
            self.allowBody()
            guard let request = self.rewritten(by: route) else {
                self.respond(.gateway(400, "rewrite_failed", for: self.context.request), from: .gateway)
                return
            }
            let framing = self.framing(body: body, hadBody: hadBody)
            self.upstreamStart = self.loop.clock.now
            self.awaitsRequestEnd = body == nil && self.upgrade == nil
            if !self.awaitsRequestEnd { self.startRouteDeadline() }
            let exchange =
                self.upgrade == nil
                ? service.begin(request: request, framing: framing, receiver: self)
                : self.beginUpgrade(request, framing, on: route, of: service)
            guard self.isLive, !self.responseFlow.isStarted || self.hasUpstreamAnswered else {
                exchange.cancel()
                return
            }
            self.exchange = exchange
            if let body {
                if body.readableBytes > 0 { exchange.send(body: body) }
                exchange.sendEnd(trailers: trailers)
            }
        }
    }

    /// The route's timeout runs from now on: from the end of the request, since what the client takes for it is not the
    /// service's.
    private func startRouteDeadline() {
        self.awaitsRequestEnd = false
        if !self.isAnswerStreamed { self.setRouteDeadline(self.route?.timeout) }
    }

    /// The request as it goes upstream. The stream's own stays as filters and logs know it.
    private func rewritten(by route: StreamRoute) -> RequestHead? {
        guard let rewrite = route.rewrite else { return self.context.request }
        var request = self.context.request
        do {
            try rewrite(&request)
        } catch {
            self.loop.logger.debug("rewrite failed", metadata: ["route": "\(route.name)", "error": "\(error)"])
            return nil
        }
        return request
    }

    private func framing(body: ByteBuffer?, hadBody: Bool) -> RequestFraming {
        if let body {
            if body.readableBytes > 0 || hadBody || self.requestMessageLength != nil {
                return .length(body.readableBytes)
            }
            return .none
        }
        return self.requestMessageLength.map { .length($0) } ?? .chunked
    }

    /// Lets a client that waits for leave send its body: a filter wants it, or the upstream does.
    func allowBody() {
        guard self.requestExpectsContinue else { return }
        self.requestExpectsContinue = false
        if !self.isRequestComplete, !self.isHeadSent { self.sink.sendContinue() }
    }

    /// Reads more of the request only while there is room for it.
    func updateRequestDemand() {
        let hasRoom = self.requestFlow.heldBytes < self.settings.buffer
        let wanted = hasRoom && (self.exchange?.isWritable ?? true)
        guard wanted != self.wantsRequestBody else { return }
        self.wantsRequestBody = wanted
        if !self.isClientGone { self.sink.requestDemandChanged() }
    }
}
