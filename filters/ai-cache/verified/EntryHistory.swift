import NIOCore

/// What is known of one stored answer: its labels, and whether it is in quarantine.
struct EntryHistory: Sendable {
    private(set) var labels = ScoreLabels()
    /// How often in a row it still has to be found right before it is served again; 0 when it is not in quarantine.
    private(set) var rightsToGo = 0
    /// How often it was found right in all.
    private(set) var rights = 0
    private var shares: ServedShares?

    /// A wrong label speaks against scores that are greater by up to so much.
    private static let margin = 0.05

    init() {}

    var isQuarantined: Bool { self.rightsToGo > 0 }

    /// Whether the answer is believed to be right at a score: it was found right often enough at scores like this or lower, is
    /// not in quarantine, and its best curve makes no more errors than allowed.
    mutating func isTrusted(at score: Double, _ policy: VerifiedPolicy) -> Bool {
        !self.isQuarantined && self.looksRight(at: score, policy)
    }

    /// How often its own labels let it be served at a score.
    mutating func share(at score: Double, _ policy: VerifiedPolicy) -> Double {
        guard self.isTrusted(at: score, policy) else { return 0 }
        return self.withShares(policy) { $0.share(at: score) }
    }

    /// How far it has proved right at a score; `nil` when it is in quarantine, and when it was found wrong about there or nearer
    /// and is not trusted all the same.
    mutating func standing(at score: Double, _ policy: VerifiedPolicy) -> EntryStanding? {
        guard !self.isQuarantined, ScoreLabels.isUsable(score) else { return nil }
        if self.looksRight(at: score, policy) { return .proven }
        if self.labels.hasWrong(from: score - Self.margin) { return nil }
        return self.rights > 0 ? .known : .new
    }

    private mutating func looksRight(at score: Double, _ policy: VerifiedPolicy) -> Bool {
        guard self.rights >= policy.settings.minLabels, ScoreLabels.isUsable(score) else { return false }
        return self.withShares(policy) { $0.share(at: score) > 0 }
    }

    private mutating func withShares<Value>(_ policy: VerifiedPolicy, _ body: (inout ServedShares) -> Value) -> Value {
        var shares = self.shares ?? ServedShares(self.labels, policy.bound)
        if !shares.isFor(policy.bound) { shares = ServedShares(self.labels, policy.bound) }
        // There is one reference to what it keeps, so that it grows in place.
        self.shares = nil
        defer { self.shares = shares }
        return body(&shares)
    }
}

extension EntryHistory {
    /// What a label changed.
    enum Change: Sendable, Hashable {
        case noted, quarantined, released
        /// It was wrong again before the quarantine was over: what was known of it before no longer holds.
        case forgotten
    }

    /// Takes a label in.
    ///
    /// An answer that is found wrong where it was believed to be right goes into quarantine. When that happens a second time
    /// there, the labels from before are forgotten: they speak of a time in which the answer was right.
    mutating func add(score: Double, isRight: Bool, _ policy: VerifiedPolicy) -> Change {
        guard ScoreLabels.isUsable(score) else { return .noted }
        let surprises = !isRight && self.looksRight(at: score, policy)
        var change = Change.noted
        if surprises, self.isQuarantined {
            self.labels = ScoreLabels()
            self.rights = 0
            change = .forgotten
        } else if surprises, policy.settings.quarantine > 0 {
            change = .quarantined
        }
        if surprises { self.rightsToGo = policy.settings.quarantine }
        if isRight, self.isQuarantined {
            self.rightsToGo -= 1
            if !self.isQuarantined { change = .released }
        }
        self.labels.add(score: score, isRight: isRight)
        if isRight { self.rights = min(self.rights + 1, Int(Int32.max)) }
        self.shares = nil
        return change
    }
}

extension EntryHistory {
    private static let version: UInt8 = 1

    /// What a snapshot holds of it.
    var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(Self.version)
        buffer.writeInteger(Int32(truncatingIfNeeded: self.rightsToGo))
        buffer.writeInteger(Int32(truncatingIfNeeded: self.rights))
        self.labels.write(into: &buffer)
        return buffer
    }

    /// Reads what ``encoded`` gave; `nil` for anything else.
    init?(_ buffer: inout ByteBuffer) {
        guard buffer.readInteger(as: UInt8.self) == Self.version, let toGo = buffer.readInteger(as: Int32.self),
            let rights = buffer.readInteger(as: Int32.self), toGo >= 0, rights >= 0,
            let labels = ScoreLabels(&buffer), buffer.readableBytes == 0
        else { return nil }
        self.rightsToGo = Int(toGo)
        self.rights = Int(rights)
        self.labels = labels
    }
}
