import FilterAPI
import NIOCore

/// The events of a stored answer, and when each is due: the decisions of a replay, without a clock.
struct PacedReplay {
    /// What to do next.
    enum Step: Sendable, Hashable {
        /// Send these events.
        case send(ByteBuffer)
        /// Nothing is due for so long.
        case wait(TimeAmount)
        /// All has been sent.
        case end
    }

    /// A piece of a text that is sent in an event of its own.
    private struct Cue {
        let member: RecordedPieces.Member
        let length: Int
        /// When it is due, counted from the first event.
        let due: TimeAmount
    }

    /// What is due within this time is sent along with what is due now.
    static let together = TimeAmount.milliseconds(5)
    /// About how many bytes are handed on at once.
    static let longestPart = 64 << 10

    private let reply: StructuredReply
    private let withUsageEvent: Bool
    private var cues: ArraySlice<Cue>
    private var content: ByteBuffer
    private var reasoning: ByteBuffer
    private var hasBegun = false
    private var hasEnded = false

    /// - Parameters:
    ///   - answer: What is stored.
    ///   - pacing: How fast it is sent.
    ///   - withUsageEvent: Whether the request asked for the usage in an event of its own.
    /// - Returns: nil when nothing is known of the answer's pace and none is given.
    init?(_ answer: CachedAnswer, _ pacing: Pacing, withUsageEvent: Bool) {
        let content = answer.content
        let reasoning = answer.reasoningContent ?? ByteBuffer()
        let recorded = answer.pieces.flatMap {
            RecordedPieces(literal: $0, content: content.readableBytes, reasoning: reasoning.readableBytes)
        }
        switch (pacing.pace, recorded) {
        case (.recorded, nil): return nil
        case (.recorded, let recorded?): self.cues = Self.cues(recorded)
        case (.steady(let rate), let recorded):
            let tokens = answer.tokens
            let pieces = recorded?.pieces.map { Piece($0.member, Int($0.length)) }
            self.cues = Self.cues(pieces ?? Self.cut(reasoning, content, tokens: tokens), tokens: tokens, rate: rate)
        }
        self.reply = StructuredReply(answer)
        self.withUsageEvent = withUsageEvent
        self.content = content
        self.reasoning = reasoning
        self.hurry(pacing.longest)
    }

    /// The next step, that long after the first event.
    mutating func step(at elapsed: TimeAmount) -> Step {
        if self.hasEnded { return .end }
        var part = ByteBuffer()
        if !self.hasBegun {
            self.hasBegun = true
            self.reply.writeFirstEvent(into: &part)
        }
        while let cue = self.cues.first, cue.due <= elapsed + Self.together, part.readableBytes < Self.longestPart {
            self.cues.removeFirst()
            self.write(cue, into: &part)
        }
        if self.cues.isEmpty {
            self.hasEnded = true
            self.reply.writeLastEvents(withUsageEvent: self.withUsageEvent, into: &part)
        } else if part.readableBytes == 0, let next = self.cues.first {
            return .wait(next.due - elapsed)
        }
        return .send(part)
    }

    private mutating func write(_ cue: Cue, into part: inout ByteBuffer) {
        switch cue.member {
        case .content:
            guard let piece = self.content.readSlice(length: cue.length) else { return }
            self.reply.writePiece(piece, as: "content", into: &part)
        case .reasoning:
            guard let piece = self.reasoning.readSlice(length: cue.length) else { return }
            self.reply.writePiece(piece, as: "reasoning_content", into: &part)
        }
    }
}

// When pieces are due.
extension PacedReplay {
    private struct Piece {
        let member: RecordedPieces.Member
        let length: Int

        init(_ member: RecordedPieces.Member, _ length: Int) {
            self.member = member
            self.length = length
        }
    }

    private static func cues(_ recorded: RecordedPieces) -> ArraySlice<Cue> {
        recorded.pieces.map {
            Cue(member: $0.member, length: Int($0.length), due: .milliseconds(Int64($0.time)))
        }[...]
    }

    /// Pieces at a steady rate: each is due when the text before it has taken its time.
    private static func cues(_ pieces: [Piece], tokens: Int, rate: Int) -> ArraySlice<Cue> {
        let bytes = max(1, pieces.reduce(0) { $0 + $1.length })
        let nanosecondsPerByte = 1e9 * Double(tokens) / Double(rate) / Double(bytes)
        var sent = 0
        var cues: [Cue] = []
        for piece in pieces {
            let due = Int64(min(Double(sent) * nanosecondsPerByte, 1e18))
            cues.append(Cue(member: piece.member, length: piece.length, due: .nanoseconds(due)))
            sent += piece.length
        }
        return cues[...]
    }

    /// Pieces of texts of which nothing is recorded: about one a token.
    private static func cut(_ reasoning: ByteBuffer, _ content: ByteBuffer, tokens: Int) -> [Piece] {
        let bytes = reasoning.readableBytes + content.readableBytes
        let size = max(1, bytes / max(1, min(tokens, RecordedPieces.most)))
        return self.cut(reasoning, .reasoning, size: size) + self.cut(content, .content, size: size)
    }

    private static func cut(_ text: ByteBuffer, _ member: RecordedPieces.Member, size: Int) -> [Piece] {
        var rest = text
        var pieces: [Piece] = []
        while rest.readableBytes > 0 {
            let length = max(1, JSONStringPieces.length(of: rest, atMost: size))
            rest.moveReaderIndex(forwardBy: length)
            pieces.append(Piece(member, length))
        }
        return pieces
    }

    /// Makes a replay that would take longer than that as much faster as it needs.
    private mutating func hurry(_ longest: TimeAmount) {
        guard let last = self.cues.last?.due, last > longest else { return }
        let factor = Double(longest.nanoseconds) / Double(last.nanoseconds)
        self.cues =
            self.cues.map { cue in
                let due = Int64(Double(cue.due.nanoseconds) * factor)
                return Cue(member: cue.member, length: cue.length, due: .nanoseconds(due))
            }[...]
    }
}

extension CachedAnswer {
    /// How many tokens the answer has: by its usage, else guessed at four bytes each.
    fileprivate var tokens: Int {
        if let usage, let document = JSONDocument(usage),
            let tokens = document.member("completion_tokens", of: JSONDocument.root)
                .flatMap({ document.integer($0) }), tokens > 0
        {
            return tokens
        }
        return max(1, (self.content.readableBytes + (self.reasoningContent?.readableBytes ?? 0)) / 4)
    }
}
