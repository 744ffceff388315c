import Testing
import Upstream

@Suite("Shares of priorities")
struct PrioritySharesTests {
    struct Case: Sendable {
        /// How many endpoints of each group can be used, and how many it has.
        let usable: [Int]
        let all: [Int]
        /// What each group gets.
        let shares: [Int]

        init(_ usable: [Int], of all: [Int], _ shares: [Int]) {
            self.usable = usable
            self.all = all
            self.shares = shares
        }
    }

    static let cases: [Case] = [
        Case([2, 2], of: [2, 2], [100, 0]),
        Case([0, 2], of: [2, 2], [0, 100]),
        Case([1, 2], of: [2, 2], [70, 30]),
        Case([3, 4], of: [4, 4], [100, 0]),
        Case([5, 1], of: [7, 1], [100, 0]),
        Case([2, 1], of: [3, 1], [93, 7]),
        Case([1, 1], of: [4, 4], [50, 50]),
        Case([1, 1, 4], of: [4, 4, 4], [35, 35, 30]),
        Case([0, 0, 1], of: [3, 2, 1], [0, 0, 100]),
        Case([0, 1, 1], of: [3, 3, 3], [0, 50, 50]),
        Case([1, 0], of: [10, 1], [100, 0]),
        Case([0, 0], of: [1, 1], [0, 0]),
        Case([1, 1, 1], of: [3, 3, 3], [46, 46, 8]),
        Case([1, 1, 1], of: [10, 10, 10], [34, 33, 33]),
        Case([], of: [], []),
    ]

    @Test(arguments: cases)
    func shares(_ item: Case) {
        let groups = zip(item.usable, item.all).map { PriorityShares.Group(usable: $0, all: $1) }
        #expect(PriorityShares.shares(of: groups) == item.shares)
    }
}

@Suite("Slow start")
struct SlowStartTests {
    private let start = SlowStart(window: .seconds(10))

    struct Case: Sendable {
        let weight: Int
        /// In seconds; nil for an endpoint that is warm.
        let age: Double?
        let expected: Int

        init(_ weight: Int, after age: Double?, _ expected: Int) {
            self.weight = weight
            self.age = age
            self.expected = expected
        }
    }

    static let cases: [Case] = [
        Case(1, after: nil, 1000), Case(1, after: 0, 100), Case(1, after: 0.5, 100), Case(1, after: 1, 100),
        Case(1, after: 2, 200), Case(1, after: 5, 500), Case(1, after: 9.99, 999), Case(1, after: 10, 1000),
        Case(1, after: 50, 1000), Case(3, after: 5, 1500), Case(1000, after: nil, 1_000_000),
        Case(1000, after: 0, 100_000),
    ]

    @Test(arguments: cases)
    func theWeightGrowsFromATenthToTheWhole(_ item: Case) {
        #expect(self.start.weight(item.weight, after: item.age.map { .seconds($0) }) == item.expected)
    }

    @Test func itIsOverAfterItsTime() {
        #expect(!self.start.isOver(after: .milliseconds(9999)))
        #expect(self.start.isOver(after: .seconds(10)))
        #expect(self.start.step == .milliseconds(200))
        #expect(SlowStart(window: .milliseconds(10)).step == .milliseconds(10))
        #expect(SlowStart(window: .seconds(3600)).step == .seconds(1))
    }
}
