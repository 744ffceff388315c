import Testing

@testable import Downstream

@Suite("HTTP/2: states of streams")
struct HTTP2StreamStateTests {
    @Test(
        "each side ends its own part, once",
        arguments: [
            (.open, .halfClosedRemote, .halfClosedLocal), (.halfClosedLocal, .closed, .halfClosedLocal),
            (.halfClosedRemote, .halfClosedRemote, .closed), (.closed, .closed, .closed), (.reset, .reset, .reset),
            (.idle, .idle, .idle), (.skipped, .skipped, .skipped),
        ] as [(HTTP2StreamState, HTTP2StreamState, HTTP2StreamState)]
    )
    func ends(_ state: HTTP2StreamState, byClient: HTTP2StreamState, byGateway: HTTP2StreamState) {
        var (one, other) = (state, state)
        one.clientEnded()
        other.gatewayEnded()
        #expect(one == byClient && other == byGateway)
    }

    @Test("only open halves take parts of messages")
    func openHalves() {
        let states: [HTTP2StreamState] = [.idle, .skipped, .open, .halfClosedLocal, .halfClosedRemote, .reset, .closed]
        #expect(states.filter(\.isOpenForClient) == [.open, .halfClosedLocal])
        #expect(states.filter(\.isOpenForGateway) == [.open, .halfClosedRemote])
    }
}

@Suite("HTTP/2: what is remembered of streams that are over")
struct HTTP2StreamMemoryTests {
    @Test("tells streams apart that are not begun, left out, reset and closed")
    func states() {
        var memory = HTTP2StreamMemory()
        #expect(memory.state(of: 1) == .idle)
        memory.open(1)
        memory.open(7)
        memory.reset(1)
        #expect(memory.last == 7)
        let states = [0, 1, 2, 3, 5, 7, 8, 9].map { memory.state(of: $0) }
        #expect(states == [.idle, .reset, .idle, .skipped, .skipped, .closed, .idle, .idle])
        memory.forget(1)
        #expect(memory.state(of: 1) == .closed)
    }

    @Test("the first stream need not be 1")
    func first() {
        var memory = HTTP2StreamMemory()
        memory.open(5)
        #expect(memory.state(of: 1) == .skipped && memory.state(of: 3) == .skipped && memory.state(of: 5) == .closed)
    }

    @Test("forgets the oldest of many")
    func bounds() {
        var memory = HTTP2StreamMemory()
        for number in 0..<1000 as Range<UInt32> {
            memory.open(4 * number + 1)
            memory.reset(4 * number + 1)
        }
        #expect(memory.state(of: 1) == .closed && memory.state(of: 4 * 871 + 1) == .closed)
        #expect((872..<1000).allSatisfy { memory.state(of: 4 * UInt32($0) + 1) == .reset })
        #expect(memory.state(of: 3) == .closed && memory.state(of: 4 * 998 + 3) == .skipped)
    }
}

@Suite("HTTP/2: the table of streams")
struct HTTP2StreamTableTests {
    @Test("finds what was added and not removed", arguments: [1, 2, 3, 10, 100])
    func finding(_ count: UInt32) {
        var table = HTTP2StreamTable<UInt32>()
        let ids = (0..<count).map { 2 * $0 + 1 }
        for id in ids { table.append(id, 10 * id) }
        #expect(table.count == ids.count && table.streams == ids.map { 10 * $0 })
        #expect(ids.allSatisfy { table[$0] == 10 * $0 })
        #expect(table[0] == nil && table[2] == nil && table[2 * count + 1] == nil)
        for id in ids where id % 4 == 1 { table.remove(id) }
        table.remove(2)
        #expect(ids.allSatisfy { table[$0] == ($0 % 4 == 1 ? nil : 10 * $0) })
        for id in ids { table.remove(id) }
        #expect(table.isEmpty && table[1] == nil)
    }
}
