import Gateway
import Testing

@Suite("Decisions of a reload")
struct ReloadDecisionTests {
    typealias Key = ListenerTurnover.Key

    private static let a = Key(name: "a", host: "127.0.0.1", port: 80)
    private static let b = Key(name: "b", host: "127.0.0.1", port: 81)
    private static let any1 = Key(name: "x", host: "127.0.0.1", port: 0)
    private static let any2 = Key(name: "y", host: "127.0.0.1", port: 0)

    struct Turnover: Sendable {
        var open: [Key]
        var wanted: [Key]
        var kept: [Int?]
        var removed: [Int]
    }

    private static let turnovers = [
        Turnover(open: [a, b], wanted: [a, b], kept: [0, 1], removed: []),
        Turnover(open: [a, b], wanted: [b, a], kept: [1, 0], removed: []),
        Turnover(open: [a], wanted: [a, b], kept: [0, nil], removed: []),
        Turnover(open: [a, b], wanted: [b], kept: [1], removed: [0]),
        // Names change places, or one changes: sockets stay with their addresses.
        Turnover(
            open: [a, b],
            wanted: [Key(name: "b", host: a.host, port: 80), Key(name: "a", host: b.host, port: 81)],
            kept: [0, 1],
            removed: []
        ),
        Turnover(open: [a], wanted: [Key(name: "a", host: a.host, port: 82)], kept: [nil], removed: [0]),
        Turnover(open: [any1, any2], wanted: [any2], kept: [1], removed: [0]),
        Turnover(open: [any1], wanted: [any2], kept: [nil], removed: [0]),
    ]

    @Test("which listeners keep their sockets", arguments: turnovers)
    func turnover(_ given: Turnover) {
        let turnover = ListenerTurnover(from: given.open, to: given.wanted)
        #expect(turnover.kept == given.kept && turnover.removed == given.removed)
    }

    @Test("files are read when two looks see the same change")
    func fileChange() {
        var change = FileChange<Int>()
        let read: [String: Int?] = ["f": 1, "g": 2]
        let looks: [(now: [String: Int?], isReady: Bool)] = [
            (["f": 1, "g": 2], false),
            // Just written, still being written, done.
            (["f": 3, "g": 2], false),
            (["f": 4, "g": 2], false),
            (["f": 4, "g": 2], true),
            // Being replaced.
            (["f": 4, "g": nil], false),
            (["f": 4, "g": nil], false),
            // As before, and then seen once and twice.
            (["f": 1, "g": 2], false),
            (["f": 4, "g": 2], false),
            (["f": 4, "g": 2], true),
        ]
        for look in looks {
            let isReady = change.isReady(look.now, since: read)
            #expect(isReady == look.isReady, "\(look.now)")
        }
    }

    @Test("a file that comes into being is read")
    func newFile() {
        var change = FileChange<Int>()
        let read: [String: Int?] = ["f": nil]
        let looks = [change.isReady(read, since: read)] + (0..<2).map { _ in change.isReady(["f": 1], since: read) }
        #expect(looks == [false, false, true])
    }
}
