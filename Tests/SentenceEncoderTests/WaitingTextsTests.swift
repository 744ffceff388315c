import Testing

@testable import SentenceEncoder

@Suite("Texts that wait")
struct WaitingTextsTests {
    private let start = ContinuousClock.now

    private func texts(_ count: Int, limit: Int = 100) -> WaitingTexts<Int> {
        var texts = WaitingTexts<Int>(limit: limit, patience: .seconds(1))
        for number in 0..<count { _ = self.add(number, to: &texts) }
        return texts
    }

    private func add(
        _ number: Int,
        to texts: inout WaitingTexts<Int>,
        for purpose: EncodingThreads.Purpose = .lookup
    ) -> Bool {
        let id = texts.makeID()
        return texts.append(
            .init(id: id, text: "\(number)", since: self.start, answer: number, purpose: purpose)
        )
    }

    @Test("no more wait than may")
    func limit() {
        var texts = self.texts(3, limit: 3)
        #expect(!self.add(3, to: &texts) && texts.count == 3)
    }

    @Test(
        "a thread takes its share from the front, and never more than the largest batch",
        arguments: [(1, 1, 1), (5, 1, 5), (5, 2, 3), (5, 4, 2), (20, 1, 8), (0, 3, 0)]
    )
    func share(waiting: Int, threads: Int, taken: Int) {
        var texts = self.texts(waiting)
        let result = texts.take(threads: threads, atMost: 8, at: self.start)
        #expect(result.now.map(\.answer) == Array(0..<taken) && result.late.isEmpty)
        #expect(texts.count == waiting - taken)
    }

    @Test("those that waited too long are taken out and not computed")
    func late() {
        var texts = self.texts(2)
        let id = texts.makeID()
        _ = texts.append(.init(id: id, text: "new", since: self.start + .seconds(1), answer: 9))
        let result = texts.take(threads: 1, atMost: 8, at: self.start + .milliseconds(1500))
        #expect(result.late.map(\.answer) == [0, 1] && result.now.map(\.answer) == [9])
    }

    @Test("those that are worked on are given up too, and nobody wants their vectors then")
    func lateAtWork() {
        var texts = self.texts(2)
        let taken = texts.take(threads: 2, atMost: 8, at: self.start).now
        #expect(taken.map(\.answer) == [0] && texts.isWanted(1) && !texts.isWanted(2))
        #expect(texts.deadline == self.start + .seconds(1))
        let early = texts.removeLate(at: self.start + .milliseconds(999))
        let late = texts.removeLate(at: self.start + .seconds(1))
        #expect(early.isEmpty && Set(late.map(\.answer)) == [0, 1])
        #expect(!texts.isWanted(1) && texts.remove(1) == nil && texts.count == 0 && texts.deadline == nil)
    }

    @Test("lookups go first, and comparisons one by one")
    func purposes() {
        var texts = self.texts(0, limit: 8)
        for number in 0..<2 { _ = self.add(number, to: &texts, for: .comparison) }
        for number in 10..<13 { _ = self.add(number, to: &texts) }
        var order: [[Int]] = []
        for _ in 0..<4 { order.append(texts.take(threads: 1, atMost: 2, at: self.start).now.map(\.answer)) }
        #expect(order == [[10, 11], [12], [0], [1]])
    }

    @Test(
        "comparisons take a quarter of the queue, and of a small one a place",
        arguments: [(8, 2), (9, 2), (3, 1), (1, 1)]
    )
    func quarter(limit: Int, most: Int) {
        var texts = self.texts(0, limit: limit)
        let comparisons = (0...limit).map { self.add($0, to: &texts, for: .comparison) }
        #expect(comparisons == (0...limit).map { $0 < most })
        let lookups = (0...limit).map { self.add($0, to: &texts) }
        #expect(lookups == (0...limit).map { $0 < limit })
    }

    @Test("one can be taken out again, once")
    func remove() {
        var texts = self.texts(3)
        #expect(texts.remove(2)?.answer == 1 && texts.remove(2) == nil && texts.count == 2)
        #expect(texts.takeAll().map(\.answer) == [0, 2] && texts.count == 0)
    }
}
