import NIOCore
import TestSupport
import Testing
import Upstream

@Suite("A retry policy")
struct RetryPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let conditions: Set<RetryPolicy.Condition>
        let outcome: TryOutcome
        var state = TryState(tries: 1, isReplayable: true, activeRetries: 0, activeRequests: 1)
        let decision: RetryDecision

        var testDescription: String { "\(self.conditions) \(self.outcome) \(self.state) -> \(self.decision)" }
    }

    private static let all: Set<RetryPolicy.Condition> = [.connectFailure, .reset, .serverError]

    @Test("decides by outcome, conditions, tries and budget", arguments: cases)
    func decision(_ test: Case) {
        let policy = RetryPolicy(attempts: 2, conditions: test.conditions, budget: .init(percent: 20, minimum: 3))
        #expect(policy.decision(on: test.outcome, test.state) == test.decision)
    }

    private static let cases: [Case] = [
        Case(conditions: all, outcome: .answer(status: 200), decision: .accept),
        Case(conditions: all, outcome: .answer(status: 404), decision: .accept),
        Case(conditions: all, outcome: .answer(status: 500), decision: .retry),
        Case(conditions: [.status(503)], outcome: .answer(status: 503), decision: .retry),
        Case(conditions: [.status(503)], outcome: .answer(status: 502), decision: .accept),
        Case(conditions: [.status(429)], outcome: .answer(status: 429), decision: .retry),
        Case(conditions: [.connectFailure], outcome: .failure(.connectFailure), decision: .retry),
        Case(conditions: [.connectFailure], outcome: .failure(.resetBeforeResponse), decision: .accept),
        Case(conditions: [.reset], outcome: .failure(.resetBeforeResponse), decision: .retry),
        Case(conditions: [.reset], outcome: .failure(.connectFailure), decision: .accept),
        Case(conditions: [.reset], outcome: .failure(.timeout), decision: .accept),
        Case(conditions: [.serverError], outcome: .failure(.timeout), decision: .retry),
        Case(conditions: [.serverError], outcome: .failure(.connectFailure), decision: .retry),
        Case(conditions: [.serverError], outcome: .failure(.resetBeforeResponse), decision: .retry),
        Case(conditions: [.serverError], outcome: .failure(.protocolError), decision: .retry),
        Case(conditions: [.status(504)], outcome: .failure(.timeout), decision: .retry),
        Case(conditions: all, outcome: .failure(.noHealthyUpstream), decision: .accept),
        Case(conditions: all, outcome: .failure(.overload), decision: .accept),
        Case(conditions: all, outcome: .answer(status: 503), state: state(tries: 2), decision: .retry),
        Case(conditions: all, outcome: .answer(status: 503), state: state(tries: 3), decision: .exhausted),
        Case(conditions: all, outcome: .answer(status: 200), state: state(tries: 3), decision: .accept),
        Case(conditions: all, outcome: .answer(status: 503), state: state(isReplayable: false), decision: .accept),
        Case(conditions: all, outcome: .answer(status: 503), state: state(retries: 2), decision: .retry),
        Case(conditions: all, outcome: .answer(status: 503), state: state(retries: 3), decision: .overBudget),
        Case(conditions: all, outcome: .answer(status: 503), state: state(retries: 19, of: 100), decision: .retry),
        Case(conditions: all, outcome: .answer(status: 503), state: state(retries: 20, of: 100), decision: .overBudget),
    ]

    private static func state(
        tries: Int = 1,
        isReplayable: Bool = true,
        retries: Int = 0,
        of requests: Int = 1
    ) -> TryState {
        TryState(tries: tries, isReplayable: isReplayable, activeRetries: retries, activeRequests: requests)
    }

    @Test("pauses for a random part of a time that doubles up to 250 ms")
    func pauses() {
        var random = SeededRandom(seed: 7)
        let limits: [Int64] = [25, 50, 100, 200, 250, 250, 250]
        for (index, limit) in limits.enumerated() {
            let pauses = (0..<1000).map { _ in RetryPolicy.backOff(before: index + 1, using: &random) }
            #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .milliseconds(limit) })
            #expect((pauses.max() ?? .zero) > .milliseconds(limit * 9 / 10))
            #expect((pauses.min() ?? .hours(1)) < .milliseconds(max(limit / 10, 1)))
        }
    }
}
