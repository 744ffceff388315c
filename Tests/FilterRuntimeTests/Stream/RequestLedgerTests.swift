import FilterAPI
import FilterRuntime
import Testing

@Suite("Streams are counted by a name")
struct RequestLedgerTests {
    @Test(arguments: [(0, 0), (101, 1), (200, 2), (299, 2), (308, 3), (404, 4), (599, 5), (700, 5), (-1, 0)])
    func byClassOfStatus(_ status: Int, _ digit: Int) {
        let ledger = RequestLedger()
        ledger.tally(of: "a").count(status: status, duration: 7, bucket: 2)
        ledger.tally(of: "a").count(status: status, duration: 5, bucket: 0)
        var expected = [Int](repeating: 0, count: 6)
        expected[digit] = 2
        #expect(ledger.counts["a"]?.requests == expected)
        #expect(ledger.counts["a"]?.durations.sum == 12 && ledger.counts["a"]?.durations.total == 2)
        #expect(ledger.counts["a"]?.durations.counts.prefix(4) == [1, 0, 1, 0])
    }

    @Test func countsOfTwoLoopsAddUp() {
        let (one, two) = (RequestLedger(), RequestLedger())
        one.tally(of: "a").count(status: 200, duration: 1, bucket: 0)
        two.tally(of: "a").count(status: 404, duration: 2, bucket: 18)
        two.tally(of: "b").count(status: 200, duration: 3, bucket: 0)
        let sum = one.counts.merging(two.counts, uniquingKeysWith: +)
        #expect(sum["a"]?.requests == [0, 0, 1, 0, 1, 0])
        #expect(sum["a"]?.durations.sum == 3 && sum["a"]?.durations.counts.last == 1)
        #expect(sum["b"]?.requests == [0, 0, 1, 0, 0, 0])
    }

    @Test func furtherNamesAreOneOther() {
        let ledger = RequestLedger()
        for number in 0..<(RequestLedger.capacity + 5) {
            ledger.tally(of: "r\(number)").count(status: 200, duration: 1, bucket: 0)
        }
        #expect(ledger.counts.count == RequestLedger.capacity + 1)
        #expect(ledger.counts["other"]?.requests[2] == 5)
        // Those that have a place keep it.
        ledger.tally(of: "r0").count(status: 200, duration: 1, bucket: 0)
        #expect(ledger.counts["r0"]?.requests[2] == 2)
    }
}
