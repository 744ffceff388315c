import NIOCore
import Testing

@testable import BundledFilters

/// Calls the decisions where an expectation stands.
private final class Driver {
    private var refresh: KeyRefresh

    init(lifetime: TimeAmount) { self.refresh = KeyRefresh(lifetime: lifetime) }

    func step(_ now: NIODeadline) -> KeyRefresh.Step { self.refresh.step(now) }
    func missedKey(_ now: NIODeadline) -> Bool { self.refresh.missedKey(now) }
    func succeeded(_ now: NIODeadline) { self.refresh.succeeded(now) }
    func failed(_ now: NIODeadline) -> TimeAmount { self.refresh.failed(now) }
}

@Suite struct KeyRefreshTests {
    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .seconds(seconds) }

    @Test func theFirstOneFetchesAndTheOthersWait() {
        let refresh = Driver(lifetime: .seconds(60))
        #expect(refresh.step(Self.at(0)) == .fetchAndWait)
        #expect(refresh.step(Self.at(0)) == .wait)
        refresh.succeeded(Self.at(1))
        #expect(refresh.step(Self.at(2)) == .use)
    }

    @Test func oldKeysAreUsedAndFetchedOnce() {
        let refresh = Driver(lifetime: .seconds(60))
        #expect(refresh.step(Self.at(0)) == .fetchAndWait)
        refresh.succeeded(Self.at(0))
        #expect(refresh.step(Self.at(59)) == .use)
        #expect(refresh.step(Self.at(60)) == .useAndFetch)
        #expect(refresh.step(Self.at(61)) == .use)
        _ = refresh.failed(Self.at(62))
        #expect(refresh.step(Self.at(62)) == .use)
        #expect(refresh.step(Self.at(63)) == .useAndFetch)
        refresh.succeeded(Self.at(64))
        #expect(refresh.step(Self.at(123)) == .use)
        #expect(refresh.step(Self.at(124)) == .useAndFetch)
    }

    @Test func pausesGrowToAMinuteAndShrinkWithSuccess() {
        let refresh = Driver(lifetime: .seconds(60))
        var now: Int64 = 0
        var pauses: [Int64] = []
        for _ in 0..<9 {
            #expect(refresh.step(Self.at(now)) == .fetchAndWait)
            let pause = refresh.failed(Self.at(now)).nanoseconds / 1_000_000_000
            pauses.append(pause)
            #expect(refresh.step(Self.at(now + pause - 1)) == .refuse)
            now += pause
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(refresh.step(Self.at(now)) == .fetchAndWait)
        refresh.succeeded(Self.at(now))
        #expect(refresh.step(Self.at(now + 60)) == .useAndFetch)
        #expect(refresh.failed(Self.at(now + 60)) == .seconds(1))
    }

    @Test func anUnknownKeyHasThemFetchedNotTooOften() {
        let refresh = Driver(lifetime: .seconds(600))
        #expect(!refresh.missedKey(Self.at(0)), "there are none that could miss it")
        #expect(refresh.step(Self.at(0)) == .fetchAndWait)
        refresh.succeeded(Self.at(0))
        #expect(!refresh.missedKey(Self.at(9)))
        #expect(refresh.missedKey(Self.at(10)))
        #expect(!refresh.missedKey(Self.at(10)), "they are being fetched")
        refresh.succeeded(Self.at(11))
        #expect(!refresh.missedKey(Self.at(20)))
        #expect(refresh.missedKey(Self.at(21)))
    }
}
