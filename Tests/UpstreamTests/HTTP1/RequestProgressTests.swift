import NIOCore
import Testing

@testable import Upstream

/// When a request is complete, and what is kept of it.
struct RequestProgressTests {
    @Test(arguments: [(RequestFraming.none, true), (.length(0), true), (.length(1), false), (.chunked, false)])
    func someRequestsAreCompleteAtOnce(_ framing: RequestFraming, _ isComplete: Bool) {
        #expect(RequestProgress(framing).isComplete == isComplete)
    }

    @Test(arguments: [([3], true, true), ([1, 2], true, true), ([2], true, false), ([2, 2], false, false)])
    func aLengthIsCountedDown(_ parts: [Int], _ isAnnounced: Bool, _ isComplete: Bool) {
        var progress = RequestProgress(.length(3))
        var accepted = true
        for part in parts { accepted = progress.willSend(part) && accepted }
        #expect(accepted == isAnnounced)
        #expect(progress.isComplete == isComplete)
        let ends = progress.end()
        #expect(ends == isComplete)
    }

    @Test func nothingBelongsToARequestThatIsComplete() {
        var progress = RequestProgress(.length(1))
        let first = progress.willSend(1)
        let second = progress.willSend(1)
        #expect(first)
        #expect(!second)
    }

    @Test func chunksEndWhenTheCallerSaysSo() {
        var progress = RequestProgress(.chunked)
        let isAnnounced = progress.willSend(1 << 40)
        #expect(isAnnounced)
        #expect(!progress.isComplete)
        let ends = progress.end()
        #expect(ends)
        #expect(progress.isComplete)
    }

    private func text(_ replay: ReplayBuffer) -> String {
        var text = ""
        replay.forEach { text += String(buffer: $0) }
        return text
    }

    @Test func whatWasSentIsKeptUpToTheLimit() {
        var replay = ReplayBuffer()
        replay.begin(ByteBuffer(string: "head"))
        replay.keep(ByteBuffer(repeating: 120, count: ReplayBuffer.limit - 4))
        #expect(replay.isComplete)
        #expect(text(replay).utf8.count == ReplayBuffer.limit)
        replay.keep(ByteBuffer(string: "x"))
        #expect(!replay.isComplete)
        #expect(text(replay).isEmpty)
    }

    @Test func whatWaitsIsKeptWhateverItsSize() {
        var replay = ReplayBuffer()
        replay.begin(ByteBuffer(string: "head"))
        replay.enqueue(ByteBuffer(repeating: 120, count: 2 * ReplayBuffer.limit))
        #expect(text(replay).utf8.count == 2 * ReplayBuffer.limit + 4)
        replay.trim()
        #expect(!replay.isComplete)
    }
}
