import NIOCore

/// What followers can have of an answer that is on its way to the one who asked first: the decisions, without a lock.
///
/// The leader tells what it reads (`accepted`, `append`, ...); a follower asks for its ``step(of:)``. The bytes of an event
/// stream are kept once for all followers, within a limit.
struct SharedAnswer: Sendable {
    /// How far the answer has come.
    enum Phase: Sendable, Hashable {
        /// Nothing is known that followers could have.
        case pending
        /// Events have come that followers get as they arrive.
        case live
        /// Complete and fit to be stored, in its stored form.
        case complete(ByteBuffer)
        /// Complete, but not to be stored.
        case ended
        /// It broke off, was refused, or never came.
        case failed
    }

    /// A follower's place in the answer.
    enum Place: Sendable, Hashable {
        /// It has got nothing yet.
        ///
        /// - takesEvents: Whether it can have the leader's events as they are.
        case before(takesEvents: Bool)
        /// It has got that many bytes of the events.
        case within(Int)
    }

    /// What a follower does next.
    enum Step: Sendable, Hashable {
        case wait
        /// Answer with the leader's events from now on.
        case begin
        /// Pass these bytes of the events on.
        case part(ByteBuffer)
        /// Answer with what is stored.
        case serve(ByteBuffer)
        /// The events are over.
        case end
        /// Ask the upstream.
        case goUpstream
        /// Break the answer off: it cannot be brought to its end.
        case breakOff
    }

    /// The longest part of events that a follower gets at once, in bytes.
    static let longestPart = 64 << 10

    private(set) var phase = Phase.pending
    /// How many bytes of the events are no longer there.
    private(set) var dropped = 0
    private var events = ByteBuffer()
    private var streams = false

    private let limit: Int
    private let limitAlone: Int

    /// - Parameters:
    ///   - limit: How many bytes of events are kept for a follower that reads slowly.
    ///   - limitAlone: How many are kept for followers that may come.
    init(limit: Int, limitAlone: Int) {
        self.limit = limit
        self.limitAlone = min(limit, limitAlone)
    }

    /// How many bytes are kept.
    var keptBytes: Int { self.events.readableBytes }

    /// Whether nothing more will come.
    var isOver: Bool {
        switch self.phase {
        case .pending, .live: false
        case .complete, .ended, .failed: true
        }
    }

    /// The answer is an event stream that can be passed on as it is.
    mutating func acceptsEvents() { self.streams = true }

    /// The next part of the answer has come.
    ///
    /// - Parameters:
    ///   - part: The bytes as they came.
    ///   - hasText: Whether the answer holds text so far, so that it is one and not a refusal or a call of tools.
    ///   - slowest: The place of the follower that is furthest behind, in bytes; `nil` when none has begun.
    mutating func append(_ part: ByteBuffer, hasText: Bool, slowest: Int?) {
        guard self.streams, !self.isOver else { return }
        self.events.writeImmutableBuffer(part)
        if self.phase == .pending, hasText { self.phase = .live }
        self.drop(slowest)
    }

    /// The answer is complete and fit to be stored.
    mutating func complete(_ stored: ByteBuffer) {
        if !self.isOver { self.phase = .complete(stored) }
    }

    /// The answer ended, and is not to be stored.
    mutating func end() {
        switch self.phase {
        case .pending: self.phase = .failed
        case .live: self.phase = .ended
        case .complete, .ended, .failed: break
        }
    }

    /// The answer is not to be stored: those who have got nothing of it must not wait for its end.
    mutating func refuse() {
        if self.phase == .pending { self.phase = .failed }
    }

    /// The answer broke off.
    mutating func fail() {
        if !self.isOver { self.phase = .failed }
    }

    /// What a follower at that place does next.
    func step(of place: Place) -> Step {
        switch (place, self.phase) {
        case (.before, .pending): .wait
        case (.before(let takesEvents), .live): takesEvents && self.dropped == 0 ? .begin : .wait
        case (.before, .complete(let stored)): .serve(stored)
        case (.before, .ended), (.before, .failed): .goUpstream
        case (.within(let bytes), _): self.step(after: bytes)
        }
    }

    private func step(after bytes: Int) -> Step {
        let offset = bytes - self.dropped
        guard offset >= 0 else { return .breakOff }
        let left = self.events.readableBytes - offset
        if left > 0 {
            let start = self.events.readerIndex + offset
            let bytes = self.events.getSlice(at: start, length: min(left, Self.longestPart))
            // A copy: the events go on growing in place.
            return bytes.map { .part(ByteBuffer(bytes: $0.readableBytesView)) } ?? .breakOff
        }
        return switch self.phase {
        case .pending, .live: .wait
        case .complete, .ended: .end
        case .failed: .breakOff
        }
    }

    /// Lets go of what all have read, when there is more than may be kept; and of more than that, when it must be.
    private mutating func drop(_ slowest: Int?) {
        let kept = self.events.readableBytes
        let allowed = slowest == nil ? self.limitAlone : self.limit
        guard kept > self.limitAlone else { return }
        let read = slowest.map { max(0, $0 - self.dropped) } ?? 0
        let excess = min(kept, max(kept - allowed, min(read, kept - self.limitAlone)))
        guard excess > 0 else { return }
        self.events.moveReaderIndex(forwardBy: excess)
        self.events.discardReadBytes()
        self.dropped += excess
    }
}
