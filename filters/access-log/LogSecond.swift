/// A second of UTC as text up to the point before its fraction: `2026-01-01T00:00:00.`, made once for all its lines.
struct LogSecond: Sendable {
    /// The bytes that ``text`` has.
    static let length = 20

    /// Seconds since 1970; -1 for none.
    let number: Int
    /// The text's bytes, and four unused ones.
    let text: (UInt64, UInt64, UInt64)

    /// No second.
    init() {
        self.number = -1
        self.text = (0, 0, 0)
    }

    /// - Parameter number: Seconds since 1970, not negative.
    init(_ number: Int) {
        self.number = number
        let (year, month, day) = civilDate(days: number / 86_400)
        let time = number % 86_400
        var text: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &text) { bytes in
            var at = 0
            func write(_ number: Int, _ count: Int, _ end: Unicode.Scalar) {
                var place = count == 4 ? 1000 : 10
                while place > 0 {
                    bytes[at] = UInt8(truncatingIfNeeded: 0x30 + number / place % 10)
                    at += 1
                    place /= 10
                }
                bytes[at] = UInt8(truncatingIfNeeded: end.value)
                at += 1
            }
            write(year, 4, "-")
            write(month, 2, "-")
            write(day, 2, "T")
            write(time / 3600, 2, ":")
            write(time / 60 % 60, 2, ":")
            write(time % 60, 2, ".")
        }
        self.text = text
    }
}
