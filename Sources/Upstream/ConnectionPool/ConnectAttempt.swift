import NIOCore

/// Finds a connection for whoever seeks one: tries each endpoint at most once, within one time limit.
final class ConnectAttempt<Seeker: ConnectionSeeker> {
    private let client: ServiceClient
    private var seeker: Seeker?
    private let deadline: NIODeadline
    private var candidates: ContiguousArray<Endpoint> = []
    private var nextCandidate = 0
    private var opening: Seeker.Connection?
    private var timer: Scheduled<Void>?
    private var refusals: [String] = []

    init(_ client: ServiceClient, for seeker: Seeker) {
        self.client = client
        self.seeker = seeker
        self.deadline = .now() + TimeAmount(bounded: client.definition.connectTimeout)
    }

    /// Begins in the next turn of the event loop, so that the caller never hears of the outcome too early.
    func start(with endpoint: Endpoint?) {
        if endpoint != nil { candidates = client.candidates(startingWith: endpoint) }
        schedule(at: deadline)
        client.eventLoop.assumeIsolated().execute { self.resolve() }
    }

    /// Nobody seeks a connection any more.
    func cancel() {
        seeker = nil
        finish()
    }

    /// The connection is ready for a request.
    func opened(_ connection: Seeker.Connection) {
        guard connection === opening, let seeker else { return connection.close() }
        client.counters.connects += 1
        connection.endpoint.connected()
        finish(keeping: connection)
        seeker.connected(connection, isReused: false)
    }

    /// The connection could not be made.
    func failed(_ connection: Seeker.Connection, _ reason: String) {
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
        guard seeker != nil else { return }
        switch client.resolution {
        case .pending: client.wait { self.resolve() }
        case .failed(let reason): fail(.noHealthyUpstream, reason)
        case .known:
            if candidates.isEmpty { candidates = client.candidates(startingWith: nil) }
            tryNext()
        }
    }

    private func tryNext() {
        guard let seeker else { return }
        guard nextCandidate < candidates.count else {
            return fail(.connectFailure, refusals.joined(separator: "; "))
        }
        let endpoint = candidates[nextCandidate]
        nextCandidate += 1
        if let connection = seeker.takeIdle(at: endpoint) {
            finish()
            return seeker.connected(connection, isReused: true)
        }
        schedule(at: limit)
        let connection = seeker.makeConnection(to: endpoint, for: self)
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
        guard seeker != nil else { return }
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
        let seeker = self.seeker
        finish()
        seeker?.failed(UpstreamFailure(code, message))
    }

    private func finish(keeping connection: Seeker.Connection? = nil) {
        seeker = nil
        timer?.cancel()
        timer = nil
        if connection == nil { opening?.close() }
        opening = nil
        candidates = []
    }
}
