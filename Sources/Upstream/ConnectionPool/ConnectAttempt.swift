import NIOCore

/// Finds a connection for whoever seeks one: tries each endpoint at most once, within one time limit.
///
/// An endpoint that has not connected after ``raceDelay`` stays in the race while the next one is tried, when that is of
/// the other IP version: a network without a way for one of them costs little (RFC 8305, section 5). The first
/// connection that is ready wins. Among endpoints of one version each has its share of the time.
final class ConnectAttempt<Seeker: ConnectionSeeker> {
    private let client: ServiceClient
    private var seeker: Seeker?
    private let deadline: NIODeadline
    private var candidates: ContiguousArray<Endpoint> = []
    private var nextCandidate = 0
    private var opening: [Seeker.Connection] = []
    private var timer: Scheduled<Void>?
    private var refusals: [String] = []
    /// Whether the circuit breaker has to let one more connection be made, or one has to come free.
    private var isWaiting = false

    /// How long an address of one IP version is tried before one of the other is tried beside it (RFC 8305, section 8).
    private static var raceDelay: TimeAmount { .milliseconds(250) }

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
        guard opening.contains(where: { $0 === connection }), let seeker else { return connection.close() }
        client.counters.connects += 1
        connection.endpoint.connected()
        finish(keeping: connection)
        seeker.connected(connection, isReused: false)
    }

    /// The socket could not be connected.
    func openFailed(_ connection: Seeker.Connection, _ error: any Error) {
        guard DescriptorShortage.isCause(of: error) else { return failed(connection, "\(error)") }
        lackedDescriptor(connection)
    }

    /// The connection could not be made.
    func failed(_ connection: Seeker.Connection, _ reason: String) {
        guard let index = opening.firstIndex(where: { $0 === connection }) else { return }
        opening.remove(at: index)
        client.counters.connectFailures += 1
        client.failed(connection.endpoint)
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
            guard !candidates.isEmpty else {
                return fail(.noHealthyUpstream, "no endpoint of \(client.definition.name) is healthy")
            }
            tryNext()
        }
    }

    private func tryNext() {
        guard let seeker else { return }
        guard nextCandidate < candidates.count else {
            // The others may still answer.
            guard opening.isEmpty else { return schedule(at: deadline) }
            return fail(.connectFailure, refusals.joined(separator: "; "))
        }
        let endpoint = candidates[nextCandidate]
        nextCandidate += 1
        if let connection = seeker.takeIdle(at: endpoint) {
            finish()
            return seeker.connected(connection, isReused: true)
        }
        guard client.admitsConnection else {
            guard opening.isEmpty else { return schedule(at: deadline) }
            return waitForRoom(seeker)
        }
        schedule(at: limit)
        let connection = seeker.makeConnection(to: endpoint, for: self)
        connection.slot = client.service.breaker.map { ConnectionSlot($0, client.ownConnections) }
        opening.append(connection)
        connection.open()
    }

    /// No further connection may be made: any that waits for its next request will do, else one that comes free in time.
    private func waitForRoom(_ seeker: Seeker) {
        for endpoint in candidates {
            guard let connection = seeker.takeIdle(at: endpoint) else { continue }
            finish()
            return seeker.connected(connection, isReused: true)
        }
        // Those that wait and cannot be used only take the room.
        client.closeOneIdle()
        nextCandidate -= 1
        isWaiting = true
        schedule(at: deadline)
        client.waitForRoom(self)
    }

    /// The process has no descriptor for the connection, nor for one to another endpoint: any that waits for its next
    /// request will do.
    private func lackedDescriptor(_ connection: Seeker.Connection) {
        guard let index = opening.firstIndex(where: { $0 === connection }), let seeker else { return }
        opening.remove(at: index)
        client.counters.descriptorShortages += 1
        connection.close()
        for endpoint in candidates {
            guard let idle = seeker.takeIdle(at: endpoint) else { continue }
            finish()
            return seeker.connected(idle, isReused: true)
        }
        // The others may still answer.
        guard opening.isEmpty else { return schedule(at: deadline) }
        fail(.overload, "no file descriptor is left for a connection to \(client.definition.name)")
    }

    /// Endpoints that never answer leave time for those behind them.
    private var limit: NIODeadline {
        let now = NIODeadline.now()
        if isRace { return min(deadline, now + ConnectAttempt.raceDelay) }
        let remaining = deadline - now
        let left = candidates.count - nextCandidate + 1
        let share = TimeAmount.nanoseconds(remaining.nanoseconds / Int64(max(left, 1)))
        return min(deadline, now + max(share, .milliseconds(250)))
    }

    /// Whether the endpoint to be tried next has another IP version than the one before.
    private var isRace: Bool {
        guard nextCandidate > 0, nextCandidate < candidates.count else { return false }
        return candidates[nextCandidate - 1].address.protocol != candidates[nextCandidate].address.protocol
    }

    private func schedule(at limit: NIODeadline) {
        timer?.cancel()
        timer = client.eventLoop.assumeIsolated().scheduleTask(deadline: limit) { self.timedOut() }
    }

    private func timedOut() {
        timer = nil
        guard seeker != nil else { return }
        if isWaiting {
            client.service.breaker?.refused(.connections)
            return fail(.overload, "\(client.definition.name) has maxConnections already")
        }
        if let slow = opening.last, NIODeadline.now() < deadline {
            guard isRace else { return failed(slow, "no answer in time") }
            slow.endpoint.failed(at: .now())
            return tryNext()
        }
        for opening in opening {
            client.counters.connectFailures += 1
            client.failed(opening.endpoint)
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
        for opening in opening where opening !== connection { opening.close() }
        opening = []
        candidates = []
        if isWaiting { client.stopWaiting(self) }
        isWaiting = false
    }
}

extension ConnectAttempt: RoomWaiter {
    func roomMade() {
        guard isWaiting else { return }
        isWaiting = false
        tryNext()
    }
}
