import NIOCore
import Testing
import Upstream

@Suite("Ejections")
struct EjectionLedgerTests {
    private func addresses(_ count: Int) throws -> [SocketAddress] {
        try (0..<count).map { try SocketAddress(ipAddress: "10.0.0.\($0 + 1)", port: 80) }
    }

    private func ledger(seconds: Int = 30, percent: Int = 50) -> EjectionLedger {
        EjectionLedger(OutlierDetection(ejectionTime: .seconds(seconds), maximumEjectedPercent: percent))
    }

    private func second(_ number: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(1000 + number) }

    @Test(arguments: [
        (1, 50, 0), (1, 99, 0), (1, 100, 1), (2, 50, 1), (3, 50, 1), (4, 50, 2), (10, 10, 1), (9, 10, 0), (5, 0, 0),
    ])
    func neverMoreThanTheShareIsLeftOut(_ count: Int, _ percent: Int, _ most: Int) throws {
        let all = try addresses(count)
        var ledger = ledger(percent: percent)
        for address in all { _ = ledger.failedRepeatedly(address, among: Set(all), at: second(0)) }
        #expect(ledger.ejected.count == most)
    }

    @Test func theTimeGrowsWithEveryEjectionUpToFiveMinutes() throws {
        let all = try addresses(2)
        var ledger = ledger(seconds: 100)
        var now = second(0)
        var times: [Int64] = []
        for _ in 0..<5 {
            let ejected = ledger.failedRepeatedly(all[0], among: Set(all), at: now)
            let until = try #require(ejected)
            times.append((until - now).nanoseconds / 1_000_000_000)
            now = until
            let returning = ledger.expire(at: now)
            #expect(returning == [all[0]])
        }
        #expect(times == [100, 200, 300, 300, 300])
        #expect(ledger.totals[all[0]] == 5)
    }

    @Test func theTimeShrinksWhileAnEndpointBehaves() throws {
        let all = try addresses(2)
        var ledger = ledger(seconds: 10)
        _ = ledger.failedRepeatedly(all[0], among: Set(all), at: second(0))
        _ = ledger.expire(at: second(10))
        let secondUntil = ledger.failedRepeatedly(all[0], among: Set(all), at: second(10))
        #expect(secondUntil == second(30))
        _ = ledger.expire(at: second(30))
        // Two ejection times later both ejections are forgiven.
        let third = ledger.failedRepeatedly(all[0], among: Set(all), at: second(50))
        #expect(third == second(60))
    }

    @Test func nobodyIsEjectedTwiceAtATime() throws {
        let all = try addresses(4)
        var ledger = ledger()
        let first = ledger.failedRepeatedly(all[0], among: Set(all), at: second(0))
        #expect(first == second(30))
        let again = ledger.failedRepeatedly(all[0], among: Set(all), at: second(5))
        #expect(again == nil)
        let nobodyReturns = ledger.expire(at: second(29)).isEmpty
        #expect(nobodyReturns)
        #expect(ledger.ejected == [all[0]])
        let returning = ledger.expire(at: second(30))
        #expect(returning == [all[0]])
        #expect(ledger.ejected.isEmpty)
    }

    @Test func endpointsThatAreGoneTakeNoShare() throws {
        let all = try addresses(4)
        var ledger = ledger()
        _ = ledger.failedRepeatedly(all[0], among: Set(all), at: second(0))
        let left = Set(all[1...2])
        let gone = ledger.failedRepeatedly(all[0], among: left, at: second(1))
        #expect(gone == nil)
        let leftUntil = ledger.failedRepeatedly(all[1], among: left, at: second(1))
        #expect(leftUntil != nil)
        #expect(ledger.ejected == [all[1]])
    }
}
