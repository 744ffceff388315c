import Testing

@testable import Upstream

/// Windows in both directions.
struct HTTP2WindowsTests {
    @Test func bytesAreGivenBackInSteps() {
        var window = HTTP2ReceiveWindow(step: 100)
        window.consume(99)
        var increments = [window.takeIncrement()]
        window.consume(51)
        increments += [window.takeIncrement(), window.takeIncrement()]
        #expect(increments == [nil, 150, nil])
    }

    @Test func aWindowThatTheServiceWidensIsChecked() {
        var credit = HTTP2SendCredit(HTTP2SendCredit.presumed)
        var outcomes = [credit.widen(by: 0), credit.widen(by: HTTP2SendCredit.highest)]
        #expect(outcomes == [.emptyIncrement, .overflow])
        outcomes = [credit.widen(by: HTTP2SendCredit.highest - HTTP2SendCredit.presumed), credit.widen(by: 1)]
        #expect(outcomes == [nil, .overflow])
        credit.take(10)
        outcomes = [credit.widen(by: 10), credit.widen(by: 1)]
        #expect(outcomes == [nil, .overflow])
        // A window may be negative (RFC 9113, section 6.9.2).
        credit.shift(by: -HTTP2SendCredit.highest)
        credit.take(10)
        outcomes = [credit.widen(by: HTTP2SendCredit.highest), credit.widen(by: 10), credit.widen(by: 1)]
        #expect(outcomes == [nil, nil, .overflow])
    }

    @Test func whoHasMuchWaitingStopsUntilHalfIsGone() {
        var backlog = HTTP2SendBacklog()
        backlog.add(HTTP2SendBacklog.high - 1)
        #expect(backlog.isWritable)
        backlog.add(1)
        #expect(!backlog.isWritable)
        // Told once, when no more than half waits.
        let news = [backlog.remove(HTTP2SendBacklog.low - 1), backlog.remove(1), backlog.remove(1)]
        #expect(news == [false, true, false])
        #expect(backlog.isWritable)
    }
}
