import FilterAPI
import NIOCore

// The tries.
extension RecoveringExchange {
    /// The first try; the caller sends and flushes the rest of the request.
    func begin() {
        tries = 1
        current = service.service.begin(request: request, framing: framing, receiver: self)
        if framing.isEmpty { limitTry() }
    }

    /// Decides what follows from an outcome of which the caller knows nothing yet.
    ///
    /// - Returns: whether something else was begun in its place; else the caller gets it.
    private func recover(from outcome: TryOutcome) -> Bool {
        settleRetry()
        if !isAtFallback, let policy = service.policy {
            let state = TryState(
                tries: tries,
                isReplayable: copy.isWhole,
                activeRetries: service.ledger.activeRetries,
                activeRequests: service.ledger.activeRequests
            )
            switch policy.decision(on: outcome, state) {
            case .retry where !service.service.admitsRetry(): receiver?.upstreamGaveUp("UO")
            case .retry:
                giveUpTry()
                pauseBeforeRetry()
                return true
            case .exhausted: receiver?.upstreamGaveUp("URX")
            case .overBudget: receiver?.upstreamGaveUp("UO")
            case .accept: break
            }
        }
        guard mayFallBack(on: outcome) else { return false }
        giveUpTry()
        beginFallback()
        return true
    }

    func giveUpTry() {
        timer?.cancel()
        timer = nil
        let current = self.current
        self.current = nil
        current?.cancel()
        receiver?.upstreamWritabilityChanged(isWritable: false)
    }

    private func pauseBeforeRetry() {
        isRetrying = true
        service.ledger.activeRetries += 1
        let pause = RetryPolicy.backOff(before: tries, using: &service.random)
        timer = service.eventLoop.assumeIsolated().scheduleTask(in: pause) { self.beginRetry() }
    }

    private func beginRetry() {
        guard receiver != nil else { return }
        tries += 1
        tryStart = .now()
        let exchange = service.service.beginAgain(
            request: request,
            framing: framing,
            receiver: self,
            avoiding: endpoint
        )
        resend(on: exchange)
        if framing.isEmpty || copy.hasEnded { limitTry() }
    }

    func mayFallBack(on outcome: TryOutcome) -> Bool {
        guard !isAtFallback, copy.isWhole, let fallback = service.fallback else { return false }
        return fallback.rule.statuses.contains(outcome.status)
    }

    func beginFallback() {
        guard let fallback = service.fallback, let receiver else { return }
        isAtFallback = true
        tryStart = .now()
        settleRetry()
        receiver.upstreamRerouted(to: fallback.rule.service)
        resend(on: fallback.service.begin(request: request, framing: framing, receiver: self))
    }

    private func resend(on exchange: any UpstreamExchange) {
        guard let receiver else { return exchange.cancel() }
        current = exchange
        if isPaused { exchange.pauseReading() }
        copy.forEach { exchange.send(body: $0) }
        if copy.hasEnded { exchange.sendEnd(trailers: copy.trailers) }
        copy.trim()
        exchange.flush()
        if exchange.isWritable { receiver.upstreamWritabilityChanged(isWritable: true) }
    }

    /// The time of a try begins when the service has been sent all of the request, or could have been.
    func limitTry() {
        guard !hasPassed, !isAtFallback, receiver != nil, current != nil, let limit = service.policy?.perTryTimeout
        else { return }
        timer = service.eventLoop.assumeIsolated().scheduleTask(in: limit) { self.tryTimedOut() }
    }

    private func tryTimedOut() {
        timer = nil
        guard receiver != nil, !hasPassed else { return }
        let current = self.current
        self.current = nil
        current?.timedOut()
        upstreamFailed(UpstreamFailure(.timeout, "no answer within perTryTimeout"))
    }
}

// What the services say.
extension RecoveringExchange: UpstreamReceiver {
    var traceScope: TraceScope? { receiver?.traceScope }

    func upstreamConnected(to endpoint: String) {
        self.endpoint = endpoint
        receiver?.upstreamConnected(to: endpoint)
    }

    func upstreamInformational(_ head: ResponseHead) {
        // Once the client has it another try could contradict it.
        passAnswer()
        receiver?.upstreamInformational(head)
    }

    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {
        guard receiver != nil else { return }
        current?.measured(nanoseconds: (.now() - tryStart).nanoseconds)
        if !hasPassed, recover(from: .answer(status: head.status)) { return }
        passAnswer()
        timer?.cancel()
        timer = nil
        receiver?.upstreamHead(&head, hasBody: hasBody)
    }

    private func passAnswer() {
        hasPassed = true
        settleRetry()
        copy.forget()
    }

    func upstreamBody(_ chunk: ByteBuffer) { receiver?.upstreamBody(chunk) }

    func upstreamEnd(trailers: HeaderFields?) {
        let receiver = self.receiver
        end()
        receiver?.upstreamEnd(trailers: trailers)
    }

    func upstreamReadComplete() { receiver?.upstreamReadComplete() }

    func upstreamFailed(_ failure: UpstreamFailure) {
        guard receiver != nil else { return }
        current = nil
        if !hasPassed, recover(from: .failure(failure.code)) { return }
        let receiver = self.receiver
        end()
        receiver?.upstreamFailed(failure)
    }

    func upstreamWritabilityChanged(isWritable: Bool) {
        receiver?.upstreamWritabilityChanged(isWritable: isWritable)
    }
}
