import Logging
import NIOCore
import Testing

@testable import Downstream

@Suite("How many file descriptors clients get")
struct DescriptorBudgetTests {
    @Test(
        "an eighth, and 32 at least, stays for others",
        arguments: [
            (1024, 30, 896, 866), (65_536, 30, 57_344, 57_314), (128, 20, 96, 76), (64, 20, 42, 22), (64, 60, 62, 2),
            (64, 64, 64, 0), (64, 70, 64, 0),
        ]
    )
    func ceiling(limit: Int, base: Int, ceiling: Int, clients: Int) {
        let budget = DescriptorBudget(limit: limit, base: base)
        #expect(budget.ceiling == ceiling)
        #expect(budget.clients == clients)
    }

    @Test(
        "services leave the last ones to the admin listener and files",
        arguments: [(1024, 30, 1008), (65_536, 30, 65_520), (128, 20, 120), (64, 20, 59), (64, 60, 64), (64, 70, 64)]
    )
    func upstreamCeiling(limit: Int, base: Int, ceiling: Int) {
        #expect(DescriptorBudget(limit: limit, base: base).upstreamCeiling == ceiling)
    }

    @Test("without a limit there is room")
    func unlimited() {
        let budget = DescriptorBudget(limit: .max, base: 10)
        #expect(budget.clients > 1 << 40 && budget.batch(loops: 128) == 64)
    }

    @Test(
        "all loops together overshoot by a quarter of the reserve",
        arguments: [(1024, 2, 16), (64, 1, 5), (64, 8, 1)]
    )
    func batch(limit: Int, loops: Int, batch: Int) {
        #expect(DescriptorBudget(limit: limit, base: 20).batch(loops: loops) == UInt(batch))
        #expect(DescriptorBudget(limit: limit, base: 20).batch(loops: 0) >= 1)
    }

    @Test func noMoreThanHalfOfTheReserveIsTakenByThoseWhoCameTooLate() {
        let watch = DescriptorWatch(DescriptorBudget(limit: 64, base: 20), logger: Logger(label: "test"))
        #expect(watch.isBeyond(42) && !watch.isBeyond(41))
        for _ in 0..<11 { #expect(watch.enterBeyond()) }
        #expect(!watch.enterBeyond() && !watch.enterBeyond())
        watch.leaveBeyond()
        #expect(watch.enterBeyond())
        #expect(!watch.enterBeyond())
    }

    @Test func aShortageIsOverOnlyAfterAWhile() {
        let watch = DescriptorWatch(DescriptorBudget(limit: 64, base: 20), logger: Logger(label: "test"))
        let start = NIODeadline.now()
        #expect(watch.isCalm(at: start))
        watch.noteShortage("http", at: start)
        #expect(!watch.isCalm(at: start) && !watch.isCalm(at: start + DescriptorWatch.calm))
        #expect(watch.isCalm(at: start + DescriptorWatch.calm + .nanoseconds(1)))
    }
}

@Suite("At which pace a socket accepts")
struct AcceptPaceTests {
    @Test func aPauseIsBegunOnce() {
        var pace = AcceptPace()
        #expect(pace.short() == .pause)
        #expect(pace.short() == .goOn)
        #expect(pace.isPaused)
    }

    @Test func afterAPauseItLooksAfterEachConnection() {
        var pace = AcceptPace()
        _ = pace.short()
        #expect(pace.enough(isCalm: true) == .resume)
        #expect(pace.isCareful)
        #expect(pace.enough(isCalm: false) == .goOn)
        #expect(pace.short() == .pause)
        #expect(pace.enough(isCalm: false) == .resume)
        #expect(pace.enough(isCalm: true) == .hurry)
        #expect(!pace.isCareful && !pace.isPaused)
        #expect(pace.enough(isCalm: true) == .goOn)
    }
}
