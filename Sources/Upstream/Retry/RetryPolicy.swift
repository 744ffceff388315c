package import NIOCore

/// When a route sends a request again.
package struct RetryPolicy: Sendable, Hashable {
    /// What makes a further try.
    package enum Condition: Sendable, Hashable {
        /// No connection could be made.
        case connectFailure
        /// The connection broke before the answer.
        case reset
        /// Any 5xx, and whatever the gateway would answer with one; not `no_healthy_upstream` and `overload`, which
        /// a further try would only make worse.
        case serverError
        /// This status.
        case status(Int)
    }

    /// How many retries of one service there may be at a time on one event loop.
    package struct Budget: Sendable, Hashable {
        /// The share of the active requests in percent.
        package var percent = 20
        /// As many are always allowed.
        package var minimum = 3

        package init(percent: Int = 20, minimum: Int = 3) {
            self.percent = percent
            self.minimum = minimum
        }

        /// Whether one more retry may be made.
        package func allows(retries: Int, among requests: Int) -> Bool {
            retries < minimum || retries &* 100 < requests &* percent
        }
    }

    /// Further tries after the first.
    package var attempts: Int
    package var conditions: Set<Condition>
    /// Time for the head of one try's answer; `nil` for none of its own.
    package var perTryTimeout: TimeAmount?
    package var budget: Budget

    package init(
        attempts: Int = 1,
        conditions: Set<Condition>,
        perTryTimeout: TimeAmount? = nil,
        budget: Budget = Budget()
    ) {
        self.attempts = attempts
        self.conditions = conditions
        self.perTryTimeout = perTryTimeout
        self.budget = budget
    }
}

/// What a try came to.
package enum TryOutcome: Sendable, Hashable {
    /// The service answers with this status.
    case answer(status: Int)
    /// There is no answer.
    case failure(UpstreamFailure.Code)

    /// The status that the client would get.
    package var status: Int {
        switch self {
        case .answer(let status): status
        case .failure(let code): UpstreamFailure(code, "").status
        }
    }
}

/// What the decision about a further try depends on beside the outcome.
package struct TryState: Sendable, Hashable {
    /// Tries made, the first included.
    package var tries: Int
    /// Whether all of the request that was sent can be sent again.
    package var isReplayable: Bool
    /// Retries of the service that have no outcome yet.
    package var activeRetries: Int
    /// Requests of the service that have not ended, this one included.
    package var activeRequests: Int

    package init(tries: Int, isReplayable: Bool, activeRetries: Int, activeRequests: Int) {
        self.tries = tries
        self.isReplayable = isReplayable
        self.activeRetries = activeRetries
        self.activeRequests = activeRequests
    }
}

/// Whether a request is sent again.
package enum RetryDecision: Sendable, Hashable {
    /// It is.
    case retry
    /// The outcome stands: no condition asks for a further try, or the request cannot be sent again.
    case accept
    /// The outcome stands, because all tries were made.
    case exhausted
    /// The outcome stands, because too many retries are under way.
    case overBudget
}

extension RetryPolicy {
    /// Decides about a further try. Once anything of an answer went to the client there is nothing to decide.
    package func decision(on outcome: TryOutcome, _ state: TryState) -> RetryDecision {
        guard asksForRetry(on: outcome), state.isReplayable else { return .accept }
        guard state.tries <= attempts else { return .exhausted }
        guard budget.allows(retries: state.activeRetries, among: state.activeRequests) else { return .overBudget }
        return .retry
    }

    private func asksForRetry(on outcome: TryOutcome) -> Bool {
        if case .failure(let code) = outcome {
            switch code {
            // Another try would find the same, or make it worse.
            case .noHealthyUpstream, .overload: return false
            case .connectFailure where conditions.contains(.connectFailure): return true
            case .resetBeforeResponse where conditions.contains(.reset): return true
            default: break
            }
        }
        if conditions.contains(.serverError), outcome.status >= 500 { return true }
        return conditions.contains(.status(outcome.status))
    }

    /// The pause before a further try: a random part of 25 ms, 50 ms, 100 ms and so on up to 250 ms, so that clients
    /// that failed together do not come back together.
    ///
    /// - Parameter retry: Which further try it is, from 1.
    package static func backOff(before retry: Int, using random: inout some RandomNumberGenerator) -> TimeAmount {
        let doublings = min(max(retry - 1, 0), 4)
        let limit = min(Int64(25_000) << Int64(doublings), 250_000)
        return .microseconds(Int64.random(in: 0...limit, using: &random))
    }
}
