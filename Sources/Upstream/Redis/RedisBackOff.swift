package import NIOCore

/// How long to leave a server alone that could not be reached.
package struct RedisBackOff: Sendable {
    /// Before the second attempt. Default 50 ms.
    package var initial: TimeAmount = .milliseconds(50)
    /// No pause is longer. Default 5 s.
    package var maximum: TimeAmount = .seconds(5)

    package init() {}

    /// A random pause between half and the whole of `initial` doubled with each failure after the first.
    ///
    /// The randomness keeps the loops and gateways that lost one server from coming back to it in one moment.
    package func pause(failures: Int, using generator: inout some RandomNumberGenerator) -> TimeAmount {
        let doublings = min(max(failures, 1) - 1, 32)
        let (doubled, overflows) = initial.nanoseconds.multipliedReportingOverflow(by: 1 << doublings)
        let ceiling = max(overflows ? maximum.nanoseconds : min(doubled, maximum.nanoseconds), 1)
        return .nanoseconds(Int64.random(in: (ceiling / 2)...ceiling, using: &generator))
    }
}
