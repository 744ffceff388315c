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

    private func add(_ number: Int, to texts: inout WaitingTexts<Int>) -> Bool {
        let id = texts.makeID()
        return texts.append(.init(id: id, text: "\(number)", since: self.start, answer: number))
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

    @Test("one can be taken out again, once")
    func remove() {
        var texts = self.texts(3)
        #expect(texts.remove(2)?.answer == 1 && texts.remove(2) == nil && texts.count == 2)
        #expect(texts.takeAll().map(\.answer) == [0, 2] && texts.count == 0)
    }
}
