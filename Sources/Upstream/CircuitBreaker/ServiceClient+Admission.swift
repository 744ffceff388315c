import FilterAPI
import NIOCore

// What may begin, as far as the service's circuit breaker is concerned.
extension ServiceClient {
    /// - Returns: an exchange that fails when the request is one too many; `nil` when it may begin.
    func admit(_ receiver: any UpstreamReceiver) -> (any UpstreamExchange)? {
        guard let breaker = service.breaker, !breaker.admit(.requests) else { return nil }
        return RefusedExchange("\(definition.name) has maxRequests in hand", receiver, on: eventLoop)
    }

    /// A request is over.
    func requestEnded() {
        counters.active -= 1
        service.breaker?.release(.requests)
    }

    /// - Returns: an exchange that fails when too many requests wait for a connection; `nil` when one more may.
    func admitPending(_ receiver: any UpstreamReceiver) -> (any UpstreamExchange)? {
        guard let breaker = service.breaker, breaker.isOpen(for: .pending) else { return nil }
        breaker.refused(.pending)
        requestEnded()
        return RefusedExchange("\(definition.name) has maxPending requests waiting", receiver, on: eventLoop)
    }

    /// Whether one more connection may be made. An event loop may always have one: what the others keep is of no use to it.
    var admitsConnection: Bool {
        guard let breaker = service.breaker, breaker.isOpen(for: .connections) else { return true }
        return ownConnections.isEmpty
    }

    /// Counts a further try of a request, until ``retryEnded()``.
    ///
    /// - Returns: false when it is one too many, and was not counted.
    package func admitsRetry() -> Bool { service.breaker?.admit(.retries) ?? true }

    /// A further try is over.
    package func retryEnded() { service.breaker?.release(.retries) }
}

/// A request that the circuit breaker did not let begin.
final class RefusedExchange: UpstreamExchange {
    private var receiver: (any UpstreamReceiver)?
    let isWritable = false

    init(_ reason: String, _ receiver: any UpstreamReceiver, on eventLoop: any EventLoop) {
        self.receiver = receiver
        eventLoop.assumeIsolated().execute {
            let receiver = self.receiver
            self.receiver = nil
            receiver?.upstreamFailed(UpstreamFailure(.overload, reason))
        }
    }

    func send(body: ByteBuffer) {}

    func sendEnd(trailers: HeaderFields?) {}

    func flush() {}

    func pauseReading() {}

    func resumeReading() {}

    func cancel() { receiver = nil }
}
