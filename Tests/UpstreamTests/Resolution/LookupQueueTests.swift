import NIOCore
import Testing

@testable import Upstream

/// Which name is looked up next.
struct LookupQueueTests {
    private func answered(_ queue: inout LookupQueue, _ host: String, _ isAnswered: Bool = true) {
        queue.ask(host)
        #expect(queue.next() == host)
        queue.ended(host, isAnswered: isAnswered)
    }

    @Test func aNameIsLookedUpOnceAtATime() {
        var queue = LookupQueue(limit: 4)
        queue.ask("a")
        queue.ask("a")
        #expect(queue.next() == "a")
        queue.ask("a")
        #expect(queue.next() == nil)
        queue.ended("a", isAnswered: true)
        queue.ask("a")
        #expect(queue.next() == "a")
    }

    @Test func namesThatWereAnsweredComeFirstAndThoseThatFailedLast() {
        var queue = LookupQueue(limit: 4)
        answered(&queue, "good")
        answered(&queue, "bad", false)
        for host in ["bad", "new", "good"] { queue.ask(host) }
        let order = (0..<3).map { _ in queue.next() }
        #expect(order == ["good", "new", "bad"])
    }

    @Test func namesThatHangLeavePlacesForThoseThatAreAnswered() {
        var queue = LookupQueue(limit: 8)
        answered(&queue, "good")
        for number in 0..<20 { answered(&queue, "bad\(number)", false) }
        for number in 0..<20 { queue.ask("bad\(number)") }
        for number in 0..<20 { queue.ask("new\(number)") }
        var running: [String] = []
        while let host = queue.next() { running.append(host) }
        #expect(running.count == 6)
        queue.ask("good")
        #expect(queue.next() == "good")
        #expect(queue.next() == nil)
    }

    @Test func namesThatFailedLeavePlacesForNewOnes() {
        var queue = LookupQueue(limit: 8)
        for number in 0..<20 { answered(&queue, "bad\(number)", false) }
        for number in 0..<20 { queue.ask("bad\(number)") }
        var running = 0
        while queue.next() != nil { running += 1 }
        #expect(running == 4)
        queue.ask("new")
        #expect(queue.next() == "new")
    }

    @Test func onePlaceServesAllKindsInTurn() {
        var queue = LookupQueue(limit: 1)
        for host in ["a", "b"] { queue.ask(host) }
        #expect(queue.next() == "a")
        #expect(queue.next() == nil)
        queue.ended("a", isAnswered: false)
        #expect(queue.next() == "b")
        queue.ended("b", isAnswered: false)
        queue.ask("a")
        #expect(queue.next() == "a")
    }
}

/// When a name is asked for again.
struct LookupPauseTests {
    /// Those after failures, in milliseconds.
    private func pauses(_ refresh: TimeAmount, _ fraction: Double = 0, count: Int = 7) -> [Int64] {
        var pause = LookupPause()
        return (0..<count).map { _ in
            pause.next(isAnswered: false, refresh: refresh, fraction: fraction).nanoseconds / 1_000_000
        }
    }

    @Test func failuresDoubleItUpToHalfAMinute() {
        #expect(pauses(.minutes(5)) == [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    }

    @Test func itIsNeverLongerThanTheRefresh() {
        #expect(pauses(.seconds(5)) == [1000, 2000, 4000, 5000, 5000, 5000, 5000])
        #expect(pauses(.milliseconds(1), count: 2) == [1, 1])
    }

    @Test func chanceTakesOffAQuarterAtMost() {
        #expect(pauses(.minutes(5), 1, count: 2) == [750, 1500])
        #expect(pauses(.minutes(5), 0.5, count: 1) == [875])
    }

    @Test func anAnswerEndsIt() {
        var pause = LookupPause()
        for _ in 0..<3 { _ = pause.next(isAnswered: false, refresh: .minutes(5), fraction: 0) }
        #expect(pause.next(isAnswered: true, refresh: .minutes(5), fraction: 1) == .minutes(5))
        #expect(pause.next(isAnswered: false, refresh: .minutes(5), fraction: 0) == .seconds(1))
    }
}
