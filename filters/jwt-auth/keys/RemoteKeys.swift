import FilterAPI
import Logging
import NIOCore
import Synchronization

/// The keys that a service publishes, shared by all event loops and kept over reloads.
///
/// ``KeyRefresh`` decides when they are fetched; this does it, in work that no stream's end cancels. A set that was once
/// good is used until there is a newer one.
final class RemoteKeys: Sendable {
    /// Where the keys are.
    struct Location: Sendable, Hashable {
        let service: ServiceReference
        let path: String
        /// How long they are used without being fetched again.
        let lifetime: Duration
    }

    private struct State {
        var refresh: KeyRefresh
        var keys: VerificationKeys?
        /// What those wait for who need the first set.
        var outcome = SharedOutcome<Void>()

        mutating func takeOutcome() -> SharedOutcome<Void> {
            defer { self.outcome = SharedOutcome() }
            return self.outcome
        }
    }

    /// How long one fetch may take.
    static let timeout = Duration.seconds(5)
    /// The most bytes of an answer.
    static let maximumBytes = 1 << 20

    private let location: Location
    private let logger: Logger
    private let state: Mutex<State>

    init(_ location: Location, _ logger: Logger) {
        self.location = location
        self.logger = logger
        self.state = Mutex(State(refresh: KeyRefresh(lifetime: TimeAmount(location.lifetime))))
    }

    func look(_ stream: StreamContext) -> KeySource.Finding {
        let now = stream.clock.now
        let (step, keys, outcome) = self.state.withLock { state in
            (state.refresh.step(now), state.keys, state.outcome)
        }
        if step == .useAndFetch || step == .fetchAndWait { self.fetch(stream) }
        switch step {
        case .use, .useAndFetch: return keys.map { .ready($0) } ?? .unavailable
        case .wait, .fetchAndWait:
            let ticket = outcome.join()
            return .wait { _ = await outcome.value(ticket) }
        case .refuse: return .unavailable
        }
    }

    func missedKey(_ stream: StreamContext) {
        let now = stream.clock.now
        if self.state.withLock({ $0.refresh.missedKey(now) }) { self.fetch(stream) }
    }

    private func fetch(_ stream: StreamContext) {
        let callouts = stream.callouts
        let clock = stream.clock
        stream.detach {
            do {
                self.succeeded(try await self.fetched(by: callouts), clock.now)
            } catch {
                self.failed(error, clock.now)
            }
        }
    }

    nonisolated(nonsending) private func fetched(by callouts: any Callouts) async throws -> VerificationKeys {
        let request = CalloutRequest(
            path: self.location.path,
            headers: [.accept: "application/json"],
            timeout: Self.timeout,
            maximumResponseBytes: Self.maximumBytes
        )
        let response = try await callouts.http(request, to: self.location.service)
        guard response.status == 200 else { throw JWKSFetchError(description: "the status is \(response.status)") }
        let set = try JSONWebKeySet(response.body, isStrict: false)
        return try await VerificationKeys(set)
    }

    private func succeeded(_ keys: VerificationKeys, _ now: NIODeadline) {
        let outcome = self.state.withLock { state in
            state.refresh.succeeded(now)
            state.keys = keys
            return state.takeOutcome()
        }
        outcome.settle(())
    }

    private func failed(_ error: any Error, _ now: NIODeadline) {
        let (pause, outcome) = self.state.withLock { ($0.refresh.failed(now), $0.takeOutcome()) }
        outcome.settle(())
        let reason = (error as? JWKSError)?.description ?? "\(error)"
        let seconds = pause.nanoseconds / 1_000_000_000
        self.logger.warning(
            "fetching keys from \(self.location.service.name) failed: \(reason); next try in \(seconds) s"
        )
    }
}

/// An answer that is none.
struct JWKSFetchError: Error, CustomStringConvertible {
    let description: String
}
