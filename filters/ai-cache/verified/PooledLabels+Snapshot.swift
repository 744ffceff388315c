import NIOCore

extension PooledLabels {
    private static let version: UInt8 = 1
    private static let withoutStanding = UInt8.max

    /// What a snapshot holds of it; `nil` when there is nothing to hold.
    var encoded: ByteBuffer? {
        guard self.lookups.count > 0 || self.labels.count > 0 else { return nil }
        var buffer = ByteBuffer()
        buffer.writeInteger(Self.version)
        buffer.writeInteger(UInt32(self.labels.count))
        for label in self.labels.all {
            buffer.writeMultipleIntegers(
                label.score.bitPattern,
                label.standing.rawValue,
                label.isRight ? 1 : 0 as UInt8
            )
        }
        buffer.writeInteger(UInt32(self.lookups.count))
        for lookup in self.lookups.all {
            buffer.writeMultipleIntegers(lookup.score.bitPattern, lookup.standing?.rawValue ?? Self.withoutStanding)
        }
        return buffer
    }

    /// Reads what ``encoded`` gave; `nil` for anything else.
    init?(_ buffer: inout ByteBuffer) {
        self.init()
        guard buffer.readInteger(as: UInt8.self) == Self.version,
            let labels = buffer.readInteger(as: UInt32.self), labels <= Self.mostLabels
        else { return nil }
        for _ in 0..<labels {
            guard let read = buffer.readMultipleIntegers(as: (UInt32, UInt8, UInt8).self),
                let score = Self.score(read.0), let standing = EntryStanding(rawValue: read.1), read.2 <= 1
            else { return nil }
            self.restore(Label(score: score, standing: standing, isRight: read.2 == 1))
        }
        guard let lookups = buffer.readInteger(as: UInt32.self), lookups <= Self.mostLookups else { return nil }
        for _ in 0..<lookups {
            guard let read = buffer.readMultipleIntegers(as: (UInt32, UInt8).self), let score = Self.score(read.0)
            else { return nil }
            let standing = EntryStanding(rawValue: read.1)
            guard standing != nil || read.1 == Self.withoutStanding else { return nil }
            self.note(Lookup(score: score, standing: standing))
        }
        guard buffer.readableBytes == 0 else { return nil }
    }

    private static func score(_ bits: UInt32) -> Float? {
        let score = Float(bitPattern: bits)
        return ScoreLabels.isUsable(Double(score)) ? score : nil
    }
}
