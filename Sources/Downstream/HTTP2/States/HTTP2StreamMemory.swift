/// What is remembered of streams that have no place in a connection's table: a pure value, in bounded space.
///
/// Frames of closed streams mean different things: those that were on their way when the gateway reset the stream are
/// ignored, those that the client sends after its own end are errors. The last resets are remembered for that, and the
/// last identifiers that were left out. A client that sends frames for older ones is taken to break the protocol.
///
/// Source: RFC 9113, sections 5.1 and 5.1.1.
struct HTTP2StreamMemory {
    private static let rememberedResets = 128
    private static let rememberedGaps = 16

    /// The highest stream that the client has opened.
    private(set) var last: UInt32 = 0
    /// Streams that the gateway reset before the client ended them; the oldest is at `nextReset` when the list is full.
    private var resets: [UInt32] = []
    private var nextReset = 0
    /// Identifiers that the client left out.
    private var gaps: [ClosedRange<UInt32>] = []

    /// The state of a stream that is not in the table.
    func state(of id: UInt32) -> HTTP2StreamState {
        if id > self.last || id % 2 == 0 { return .idle }
        if self.gaps.contains(where: { $0.contains(id) }) { return .skipped }
        return self.resets.contains(id) ? .reset : .closed
    }

    /// The client opens a stream, which is above the last one.
    mutating func open(_ id: UInt32) {
        let first = self.last == 0 ? 1 : self.last + 2
        if id > first {
            if self.gaps.count == HTTP2StreamMemory.rememberedGaps { self.gaps.removeFirst() }
            self.gaps.append(first...(id - 2))
        }
        self.last = id
    }

    /// The gateway has reset a stream that the client has not ended.
    mutating func reset(_ id: UInt32) {
        guard self.resets.count == HTTP2StreamMemory.rememberedResets else {
            self.resets.append(id)
            return
        }
        self.resets[self.nextReset] = id
        self.nextReset = (self.nextReset + 1) % HTTP2StreamMemory.rememberedResets
    }

    /// The client can send nothing more on a stream that the gateway has reset.
    mutating func forget(_ id: UInt32) {
        if let index = self.resets.firstIndex(of: id) { self.resets[index] = 0 }
    }
}
