import Downstream
import Testing

@Suite("Memory pressure")
struct MemoryPressureTests {
    /// Readings of a budget of 1,000 bytes, and what follows from each.
    struct Course: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let readings: [Int]
        let levels: [MemoryPressure.Level]
        let changes: [MemoryPressure.Change?]
    }

    static let courses: [Course] = [
        Course(
            testDescription: "stays below",
            readings: [0, 500, 949],
            levels: [.nothing, .nothing, .nothing],
            changes: [nil, nil, nil]
        ),
        Course(
            testDescription: "begins at 95 % and ends below 90 %",
            readings: [949, 950, 949, 900, 899, 949, 950],
            levels: [.nothing, .requests, .requests, .requests, .nothing, .nothing, .requests],
            changes: [nil, .began, nil, nil, .ended, nil, .began]
        ),
        Course(
            testDescription: "closes connections from 98 % until below 95 %",
            readings: [979, 980, 979, 950, 949, 980, 899],
            levels: [.requests, .connections, .connections, .connections, .requests, .connections, .nothing],
            changes: [.began, nil, nil, nil, nil, nil, .ended]
        ),
        Course(
            testDescription: "jumps over the marks",
            readings: [10_000, 0, Int.max, 920],
            levels: [.connections, .nothing, .connections, .requests],
            changes: [.began, .ended, .began, nil]
        ),
    ]

    @Test("rises and falls with the readings", arguments: courses)
    func course(_ course: Course) {
        var pressure = MemoryPressure(budget: 1000)
        var levels: [MemoryPressure.Level] = []
        var changes: [MemoryPressure.Change?] = []
        for reading in course.readings {
            changes.append(pressure.observe(reading))
            levels.append(pressure.level)
        }
        #expect(levels == course.levels)
        #expect(changes == course.changes)
    }

    @Test("has exact marks for budgets of any size", arguments: [64 << 20, (2 << 30) + 99, Int.max / 2])
    func marks(_ budget: Int) {
        var pressure = MemoryPressure(budget: budget)
        let mark = budget / 100 * 95 + budget % 100 * 95 / 100
        let changes = [pressure.observe(mark - 1), pressure.observe(mark)]
        #expect(changes == [nil, .began])
    }

    @Test("never rises without a budget, and does not trap on a senseless one")
    func extremes() {
        var unlimited = MemoryPressure(budget: Int.max)
        let nothing = unlimited.observe(1 << 50)
        #expect(nothing == nil && unlimited.level == .nothing)
        var none = MemoryPressure(budget: 0)
        let change = none.observe(5)
        #expect(change == .began && none.budget == 1)
    }

    @Test("is told to all who look at the signal")
    func signal() {
        let signal = OverloadSignal()
        #expect(signal.level == .nothing)
        for level: MemoryPressure.Level in [.requests, .connections, .nothing] {
            signal.publish(level)
            #expect(signal.level == level)
        }
    }
}
