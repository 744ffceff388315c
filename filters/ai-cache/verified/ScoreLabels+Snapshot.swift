import NIOCore

extension ScoreLabels {
    /// Writes the labels as a part of a snapshot's record.
    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt16(truncatingIfNeeded: self.groups.count))
        for group in self.groups {
            for number in [group.score, group.right, group.wrong] { buffer.writeInteger(number.bitPattern) }
        }
    }

    /// Reads what ``write(into:)`` wrote; `nil` for anything else.
    init?(_ buffer: inout ByteBuffer, mostGroups: Int = 12) {
        guard let count = buffer.readInteger(as: UInt16.self) else { return nil }
        var groups: [Group] = []
        for _ in 0..<count {
            guard let bits = buffer.readMultipleIntegers(as: (UInt64, UInt64, UInt64).self) else { return nil }
            groups.append(
                Group(
                    score: Double(bitPattern: bits.0),
                    right: Double(bitPattern: bits.1),
                    wrong: Double(bitPattern: bits.2)
                )
            )
        }
        self.init(groups: groups, mostGroups: mostGroups)
    }
}
