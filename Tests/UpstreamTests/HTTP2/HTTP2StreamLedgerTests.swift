import Testing

@testable import Upstream

/// Which streams may be opened.
struct HTTP2StreamLedgerTests {
    @Test func streamsAreOddAndAscend() {
        var ledger = HTTP2StreamLedger()
        let ids = (0..<3).map { _ in ledger.open() }
        #expect(ids == [1, 3, 5])
        #expect(ledger.openCount == 3)
    }

    @Test func beforeTheServiceHasSpokenThereAreAHundred() {
        var ledger = HTTP2StreamLedger()
        let ids = (0..<101).map { _ in ledger.open() }
        #expect(ids[99] == 199)
        #expect(ids[100] == nil)
        #expect(!ledger.mayOpen)
        ledger.closed()
        let next = ledger.open()
        #expect(next == 201)
    }

    @Test(arguments: [(0, 0), (1, 1), (250, 250), (1000, 1000), (4_294_967_295, 1000), (-1, 0)])
    func theServicesNumberIsTaken(_ said: Int, _ limit: Int) {
        var ledger = HTTP2StreamLedger()
        ledger.received(maximumConcurrentStreams: said)
        #expect(ledger.limit == limit)
        #expect(ledger.mayOpen == (limit > 0))
    }

    @Test func aLowerNumberClosesNothing() {
        var ledger = HTTP2StreamLedger()
        for _ in 0..<5 { _ = ledger.open() }
        ledger.received(maximumConcurrentStreams: 2)
        #expect(ledger.openCount == 5)
        for _ in 0..<3 { ledger.closed() }
        #expect(!ledger.mayOpen)
        ledger.closed()
        #expect(ledger.mayOpen)
    }

    @Test(arguments: [(0, 0), (1, 1), (7, 7), (100, 100), (1000, 100)])
    func whatAnotherConnectionWasToldHoldsUntilTheFirstSettings(_ said: Int, _ limit: Int) {
        var ledger = HTTP2StreamLedger(limit: said)
        #expect(ledger.limit == limit)
        ledger.receivedNoLimit()
        #expect(ledger.limit == 100)
        #expect(ledger.mayOpen)
    }

    @Test(arguments: [(0, [1, 3, 5]), (1, [3, 5]), (3, [5]), (5, []), (0x7FFF_FFFF, [])] as [(UInt32, [UInt32])])
    func goAwayTellsWhatWasNotServed(_ last: UInt32, _ unserved: [UInt32]) {
        var ledger = HTTP2StreamLedger()
        let ids = (0..<3).compactMap { _ in ledger.open() }
        ledger.receivedGoAway(last: last)
        #expect(ids.filter { ledger.isUnserved($0) } == unserved)
        #expect(!ledger.mayOpen)
        #expect(ledger.isEnding)
    }

    @Test func aSecondGoAwayRaisesNothing() {
        var ledger = HTTP2StreamLedger()
        ledger.receivedGoAway(last: 1)
        ledger.receivedGoAway(last: 9)
        #expect(ledger.isUnserved(3))
    }

    @Test func theLastNumberEndsTheConnection() {
        var ledger = HTTP2StreamLedger(firstID: 0x7FFF_FFFD)
        let last = [ledger.open(), ledger.isEnding ? nil : ledger.open(), ledger.open()]
        #expect(last == [0x7FFF_FFFD, 0x7FFF_FFFF, nil])
        #expect(ledger.isEnding)
    }
}
