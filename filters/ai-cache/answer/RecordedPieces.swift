import NIOCore

/// The pieces in which the text of a streamed answer came, and when each came: what a replay at the recorded pace needs.
///
/// Of a very long answer neighbouring pieces are taken together, so that there are never more than ``most``.
struct RecordedPieces: Sendable, Hashable {
    /// Which text a piece is of.
    enum Member: Sendable, Hashable {
        case content, reasoning
    }

    /// A part of the answer's text.
    struct Piece: Sendable, Hashable {
        var member: Member
        /// How many bytes of the member it has, as they stand between the quotes.
        var length: Int32
        /// Milliseconds after the first piece.
        var time: UInt32
    }

    /// How many pieces are kept of one answer.
    static let most = 4096

    private(set) var pieces: [Piece] = []
    private var start: NIODeadline?
    private var isGivenUp = false

    init() {}

    /// Adds a piece.
    ///
    /// - Parameters:
    ///   - member: Which text it is of.
    ///   - length: Its bytes, as they stand between the quotes.
    ///   - now: When it came.
    mutating func add(_ member: Member, length: Int, at now: NIODeadline) {
        if length == 0 { return }
        if self.pieces.count == Self.most { self.takeTogether() }
        if self.isGivenUp { return }
        let start = self.start ?? now
        self.start = start
        let milliseconds = (now - start).nanoseconds / 1_000_000
        self.pieces.append(
            Piece(member: member, length: Int32(clamping: length), time: UInt32(clamping: milliseconds))
        )
    }

    /// Joins each two neighbours of one text; gives the recording up when there are none.
    private mutating func takeTogether() {
        var joined: [Piece] = []
        var canTake = false
        for piece in self.pieces {
            if canTake, let last = joined.last, last.member == piece.member {
                let length = Int(last.length) + Int(piece.length)
                joined[joined.count - 1].length = Int32(clamping: length)
                canTake = false
            } else {
                joined.append(piece)
                canTake = true
            }
        }
        self.isGivenUp = joined.count > Self.most / 4 * 3
        self.pieces = self.isGivenUp ? [] : joined
    }
}

extension RecordedPieces {
    /// A JSON array of two numbers a piece: milliseconds since the piece before, and bytes, negative for reasoning; `nil`
    /// without pieces.
    var literal: ByteBuffer? {
        if self.pieces.isEmpty { return nil }
        var literal = ByteBuffer()
        var before: UInt32 = 0
        for (index, piece) in self.pieces.enumerated() {
            literal.writeStaticString(index == 0 ? "[" : ",")
            let delay = piece.time - min(before, piece.time)
            let length = piece.member == .content ? piece.length : -piece.length
            literal.writeString("\(delay),\(length)")
            before = max(before, piece.time)
        }
        literal.writeStaticString("]")
        return literal
    }

    /// Reads what ``literal`` writes; `nil` for anything else, and when the pieces are not those of these texts.
    ///
    /// - Parameters:
    ///   - literal: A JSON array.
    ///   - content: The bytes of the answer's content.
    ///   - reasoning: The bytes of its reasoning.
    init?(literal: ByteBuffer, content: Int, reasoning: Int) {
        let inside = literal.readableBytesView.dropFirst().dropLast()
        let numbers = inside.split(separator: UInt8(ascii: ",")).map { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count.isMultiple(of: 2), !numbers.isEmpty else { return nil }
        var left = (content: content, reasoning: reasoning)
        var time: UInt32 = 0
        for index in stride(from: 0, to: numbers.count, by: 2) {
            guard let delay = numbers[index], let length = numbers[index + 1],
                let wait = UInt32(exactly: delay), let bytes = Int32(exactly: length), bytes != 0, bytes != Int32.min
            else { return nil }
            time = UInt32(clamping: Int(time) + Int(wait))
            let member: Member = bytes > 0 ? .content : .reasoning
            if bytes > 0 { left.content -= Int(bytes) } else { left.reasoning += Int(bytes) }
            self.pieces.append(Piece(member: member, length: abs(bytes), time: time))
        }
        guard left == (0, 0) else { return nil }
    }
}
