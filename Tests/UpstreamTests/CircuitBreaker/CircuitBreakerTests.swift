import Testing
import Upstream

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    @Test(arguments: CircuitBreaker.Measure.allCases)
    func refusesOneTooMany(_ measure: CircuitBreaker.Measure) {
        let breaker = CircuitBreaker(CircuitBreakerLimits(connections: 2, pending: 2, requests: 2, retries: 2))
        #expect(breaker.admit(measure) && !breaker.isOpen(for: measure))
        #expect(breaker.admit(measure) && breaker.isOpen(for: measure))
        #expect(!breaker.admit(measure))
        #expect(breaker.count(of: measure) == 2 && breaker.refusals(of: measure) == 1)
        breaker.release(measure)
        #expect(breaker.admit(measure))
        for other in CircuitBreaker.Measure.allCases where other != measure { #expect(breaker.count(of: other) == 0) }
    }

    @Test func aLimitOfZeroAdmitsNothing() {
        let breaker = CircuitBreaker(CircuitBreakerLimits(retries: 0))
        #expect(!breaker.admit(.retries))
    }
}
