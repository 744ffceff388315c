import NIOCore

/// Finds a connection for one exchange: tries each endpoint at most once, within one time limit.
final class ConnectAttempt {
    private let client: ServiceClient
    private var exchange: HTTP1Exchange?
    /// Whether an idle connection may serve when its endpoint's turn comes.
    private let takesIdle: Bool
    private let deadline: NIODeadline
    private var candidates: ContiguousArray<Endpoint> = []
    private var nextCandidate = 0
    private var opening: HTTP1Connection?
    private var timer: Scheduled<Void>?
    private var refusals: [String] = []

    init(_ client: ServiceClient, for exchange: HTTP1Exchange, takesIdle: Bool) {
        self.client = client
        self.exchange = exchange
        self.takesIdle = takesIdle
        self.deadline = .now() + TimeAmount(bounded: client.definition.connectTimeout)
    }

    /// Begins in the next turn of the event loop, so that the caller never hears of the outcome too early.
    func start(with endpoint: Endpoint?) {
        if endpoint != nil { candidates = client.candidates(startingWith: endpoint) }
        schedule(at: deadline)
        client.eventLoop.assumeIsolated().execute { self.resolve() }
    }

    /// The exchange was given up.
    func cancel() {
        exchange = nil
        finish()
    }

    /// The connection is ready for a request.
    func opened(_ connection: HTTP1Connection) {
        guard connection === opening, let exchange else { return connection.close() }
        client.counters.connects += 1
        connection.endpoint.connected()
        finish(keeping: connection)
        exchange.connected(connection, isReused: false)
    }

    /// The connection could not be made.
    func failed(_ connection: HTTP1Connection, _ reason: String) {
        guard connection === opening else { return }
        opening = nil
        client.counters.connectFailures += 1
        connection.endpoint.failed(at: .now())
        refusals.append("\(connection.endpoint.text): \(reason)")
        connection.close()
        tryNext()
    }
}

extension ConnectAttempt {
    private func resolve() {
        guard exchange != nil else { return }
        switch client.resolution {
        case .pending: client.waiters.append { self.resolve() }
        case .failed(let reason): fail(.noHealthyUpstream, reason)
        case .known:
            if candidates.isEmpty { candidates = client.candidates(startingWith: nil) }
            tryNext()
        }
    }

    private func tryNext() {
        guard let exchange else { return }
        guard nextCandidate < candidates.count else {
            return fail(.connectFailure, refusals.joined(separator: "; "))
        }
        let endpoint = candidates[nextCandidate]
        nextCandidate += 1
        if takesIdle, let connection = endpoint.takeIdle() {
            client.counters.idle -= 1
            finish()
            return exchange.connected(connection, isReused: true)
        }
        schedule(at: limit)
        let connection = HTTP1Connection(client, endpoint, for: self)
        opening = connection
        connection.open()
    }

    /// Endpoints that never answer leave time for those behind them.
    private var limit: NIODeadline {
        let now = NIODeadline.now()
        let remaining = deadline - now
        let left = candidates.count - nextCandidate + 1
        let share = TimeAmount.nanoseconds(remaining.nanoseconds / Int64(max(left, 1)))
        return min(deadline, now + max(share, .milliseconds(250)))
    }

    private func schedule(at limit: NIODeadline) {
        timer?.cancel()
        timer = client.eventLoop.assumeIsolated().scheduleTask(deadline: limit) { self.timedOut() }
    }

    private func timedOut() {
        timer = nil
        guard exchange != nil else { return }
        if let opening, NIODeadline.now() < deadline { return failed(opening, "no answer in time") }
        if let opening {
            client.counters.connectFailures += 1
            opening.endpoint.failed(at: .now())
            refusals.append("\(opening.endpoint.text): no answer in time")
        }
        if refusals.isEmpty { refusals.append("\(client.definition.name) was not resolved in time") }
        fail(.connectFailure, refusals.joined(separator: "; "))
    }

    private func fail(_ code: UpstreamFailure.Code, _ message: String) {
        let exchange = self.exchange
        finish()
        exchange?.failed(UpstreamFailure(code, message))
    }

    private func finish(keeping connection: HTTP1Connection? = nil) {
        exchange = nil
        timer?.cancel()
        timer = nil
        if connection == nil { opening?.close() }
        opening = nil
        candidates = []
    }
}
