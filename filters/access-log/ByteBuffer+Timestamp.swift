import NIOCore

extension ByteBuffer {
    /// A moment in UTC as a JSON string with milliseconds: `"2026-01-01T00:00:00.000Z"` (RFC 3339, section 5.6).
    ///
    /// - Parameter nanoseconds: Since 1970; what lies before counts as 1970.
    mutating func writeTimestamp(nanoseconds: Int64) {
        let milliseconds = Int(max(0, nanoseconds) / 1_000_000)
        let seconds = milliseconds / 1000
        let (year, month, day) = civilDate(days: seconds / 86_400)
        let time = seconds % 86_400
        self.writeInteger(UInt8(ascii: "\""))
        self.writeDigits(year, 4, "-")
        self.writeDigits(month, 2, "-")
        self.writeDigits(day, 2, "T")
        self.writeDigits(time / 3600, 2, ":")
        self.writeDigits(time / 60 % 60, 2, ":")
        self.writeDigits(time % 60, 2, ".")
        self.writeDigits(milliseconds % 1000, 3, "Z")
        self.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func writeDigits(_ number: Int, _ count: Int, _ end: Unicode.Scalar) {
        var place = 1
        for _ in 1..<count { place *= 10 }
        while place > 0 {
            self.writeInteger(UInt8(truncatingIfNeeded: 0x30 + number / place % 10))
            place /= 10
        }
        self.writeInteger(UInt8(truncatingIfNeeded: end.value))
    }
}
