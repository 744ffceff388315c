import FilterAPI
import NIOCore
import Upstream

// A redirect of a service that is followed here: the request begins again, as if the client had followed it.
extension Stream {
    /// What tells a service where the client wanted to go; the client itself may not say it.
    private static let originalURL: HeaderName = "x-envoy-original-url"
    /// How much of a redirect's body is dropped to keep the connection that it comes on.
    private static let droppedBytes = 64 * 1024

    /// Keeps the request for the case that its service redirects it.
    func keepRequest(_ opening: Opening) {
        self.context.request.headers.remove(Stream.originalURL)
        guard opening.refusal == nil, self.upgrade == nil else { return }
        self.replay = RequestReplay(
            self.context.request,
            hasBody: opening.hasBody,
            contentLength: opening.contentLength,
            limit: self.settings.buffer
        )
    }

    /// Whether an answer is a redirect that is followed here: nothing of it goes to the client then.
    func follows(_ head: ResponseHead, _ replay: RequestReplay) -> Bool {
        guard let next = self.request(after: head, replay) else {
            replay.body.forget()
            return false
        }
        self.exchange?.measured(nanoseconds: (self.loop.clock.now - self.upstreamStart).nanoseconds)
        replay.next = next
        replay.droppableBytes = Stream.droppedBytes
        // A connection whose answer has ended serves again.
        if let length = head.headers[.contentLength].flatMap({ Int($0) }), length > Stream.droppedBytes {
            self.beginAgain(with: next, replay)
        }
        return true
    }

    private func request(after head: ResponseHead, _ replay: RequestReplay) -> RequestHead? {
        guard let policy = self.route?.internalRedirect, !self.isClientGone else { return nil }
        guard self.isRequestComplete, self.requestFlow.isEnded, replay.body.isWhole else { return nil }
        guard var next = policy.request(after: head, to: replay.head, following: replay.followed) else { return nil }
        guard !replay.hasAsked(for: next) else { return nil }
        if next.authority != replay.head.authority, !self.sink.admits(next) { return nil }
        guard self.snapshot.route(for: &next) != nil else { return nil }
        if !replay.hasBegunAgain { next.headers.set(Stream.originalURL, self.requestedURL) }
        return next
    }

    /// What the client asked for, without a query that holds a secret.
    private var requestedURL: String {
        let hidesQuery = !self.context.maskedQueryParameters.isEmpty
        let path = self.context.receivedPath
        let shown = hidesQuery ? String(path.prefix { $0 != "?" }) : path
        return "\(self.context.request.clientScheme.rawValue)://\(self.context.receivedAuthority)\(shown)"
    }

    /// Drops a part of the redirect's own body; a long one costs more than a new connection.
    func dropRedirectBody(_ chunk: ByteBuffer, _ replay: RequestReplay) {
        replay.droppableBytes -= chunk.readableBytes
        if replay.droppableBytes < 0, let next = replay.next { self.beginAgain(with: next, replay) }
    }

    /// Ends the request's way so far, and begins it anew with another head: at the route, through all filters.
    func beginAgain(with next: RequestHead, _ replay: RequestReplay) {
        guard !self.isClientGone else { return self.finish() }
        self.endPassage()
        replay.began(next)
        self.resetPassage()
        self.requestMessageLength = replay.contentLength
        self.context.beginAgain(with: next, hasBody: replay.hasBody)
        self.enterChain()
        self.sendAgain(replay.body, hasBody: replay.hasBody)
    }

    /// The filters have seen all that they will see of the request so far: they get no answer to it, and it has no line in
    /// the access log.
    private func endPassage() {
        if !self.context.record.responseFlags.contains("IR") { self.context.record.responseFlags.append("IR") }
        self.context.record.responseCodeDetails = "internal_redirect"
        self.exchange?.cancel()
        self.exchange = nil
        self.cancelOperations()
        self.callStreamEndHooks()
    }

    private func sendAgain(_ body: RequestCopy, hasBody: Bool) {
        guard !hasBody || self.context.record.bytesReceived <= self.requestBodyLimit else {
            self.respond(.gateway(413, "request_payload_too_large", for: self.context.request), from: .gateway)
            return
        }
        self.requestFlow.receiveHead(hasBody: hasBody)
        body.forEach { self.requestFlow.receive(body: $0) }
        self.requestFlow.receiveEnd(trailers: body.trailers)
        self.driveRequest()
    }
}
