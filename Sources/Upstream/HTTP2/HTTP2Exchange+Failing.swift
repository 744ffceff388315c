import FilterAPI

// The ends of a stream that the exchange did not ask for.
extension HTTP2Exchange {
    /// How often a request is sent again of which the service, or its connection's end, says that it was not served.
    private static let maximumRetries = 2

    /// The stream has ended in order.
    func streamClosed() {
        stream = nil
    }

    /// The service has said that it did nothing for the request: it may be sent again, whatever its method is
    /// (RFC 9113, section 8.7).
    func streamUnserved(_ reason: String) {
        stream = nil
        guard receiver != nil else { return }
        if !retry(from: HTTP2Exchange.maximumRetries) { lose(reason) }
    }

    /// The connection ended. One that was in use before may have been closed by the service before it saw the request.
    func connectionLost(_ reason: String) {
        let endpoint = takeEndpoint()
        guard receiver != nil else { return }
        guard !isReused || !method.isIdempotent || !retry(from: 1) else { return }
        if let endpoint { client.failed(endpoint) }
        lose(reason)
    }

    /// The service has reset the stream.
    func streamReset(_ reason: String) {
        let endpoint = takeEndpoint()
        guard receiver != nil else { return }
        if let endpoint { client.failed(endpoint) }
        lose(reason)
    }

    /// The service broke the protocol.
    func streamBroken(_ reason: String) {
        let endpoint = takeEndpoint()
        guard receiver != nil else { return }
        if let endpoint { client.failed(endpoint) }
        settle(UpstreamFailure(.protocolError, reason))
    }

    /// Lets go of the stream, which is over.
    ///
    /// - Returns: who carried it.
    private func takeEndpoint() -> Endpoint? {
        defer { stream = nil }
        return endpoint
    }

    /// Sends the request again, at most as often as said.
    ///
    /// - Returns: whether it can be.
    private func retry(from limit: Int) -> Bool {
        guard retries < limit, !hasResponse, replay.isComplete else { return false }
        guard retries > 0 || client.admitsRetry() else { return false }
        retries += 1
        client.counters.retries += 1
        tellWritability()
        client.http2.beginAgain(self)
        return true
    }

    private func lose(_ reason: String) {
        settle(UpstreamFailure(hasHead ? .resetWithinResponse : .resetBeforeResponse, reason))
    }

    /// What arrived before is delivered first; the receiver may have paused.
    private func settle(_ failure: UpstreamFailure) {
        guard !isEndOwed else { return }
        owedFailure = failure
        deliver()
    }

    func fail(_ failure: UpstreamFailure) {
        guard let receiver else { return }
        end()
        receiver.upstreamFailed(failure)
    }
}
