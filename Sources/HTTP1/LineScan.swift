/// How far the line that is being received was looked at: an attempt to parse it is worth its cost when the bytes that
/// are new can decide something, so that a line costs O(n) however it is cut into pieces.
struct LineScan {
    /// Everything before holds no end of the current line.
    private var scanned = 0
    private var endsInCarriageReturn = false

    /// Whether to parse the line at `start` now.
    ///
    /// - Parameters:
    ///   - end: Where the received bytes, or those that the limit allows, end.
    ///   - isFull: Whether the limit allows no further bytes.
    @inline(__always)
    mutating func isWorthParsing(_ bytes: WireBytes, from start: Int, to end: Int, isFull: Bool) -> Bool {
        guard self.scanned > start, !isFull else { return true }
        guard end > self.scanned else { return false }
        // Whatever follows a CR decides, be it LF or not.
        if self.endsInCarriageReturn || bytes.firstIndex(of: .lineFeed, from: self.scanned, to: end) < end {
            return true
        }
        self.ranOut(bytes, end)
        return false
    }

    /// Notes that the line goes on past `end`.
    mutating func ranOut(_ bytes: WireBytes, _ end: Int) {
        self.scanned = end
        self.endsInCarriageReturn = end > 0 && bytes[end - 1] == .carriageReturn
    }
}
