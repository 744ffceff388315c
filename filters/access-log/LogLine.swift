/// The line being written: memory that grows as it has to and serves the next line.
///
/// Values go in by one copy each. `ByteBuffer` looks with every write whether it owns its memory, which costs more than a
/// field of a line does.
struct LogLine: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var count = 0
    private var second = LogSecond()

    /// What is kept for the next line at most.
    private static let keptCapacity = 16 << 10

    init() {
        self.capacity = 1024
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { self.base.deallocate() }

    /// The bytes written since the last ``clear()``; valid during the call.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: self.base, count: self.count))
    }

    /// Forgets what was written.
    mutating func clear() {
        self.count = 0
        guard self.capacity > LogLine.keptCapacity else { return }
        self.base.deallocate()
        self.capacity = LogLine.keptCapacity
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
    }
}

extension LogLine {
    /// Bytes as they are.
    @inline(__always)
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        if bytes.count > self.capacity &- self.count { self.grow(by: bytes.count) }
        (self.base + self.count).copyMemory(from: start, byteCount: bytes.count)
        self.count &+= bytes.count
    }

    /// Text as it is.
    @inline(__always)
    mutating func write(_ text: StaticString) {
        self.write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Text as it is.
    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { self.write(UnsafeRawBufferPointer($0)) }
    }

    /// One byte.
    @inline(__always)
    mutating func write(_ byte: UInt8) {
        if self.count == self.capacity { self.grow(by: 1) }
        self.base.storeBytes(of: byte, toByteOffset: self.count, as: UInt8.self)
        self.count &+= 1
    }

    /// A whole number.
    mutating func writeDecimal(_ number: Int) {
        if number < 0 { self.write(UInt8(ascii: "-")) }
        var rest = number.magnitude
        guard rest >= 10 else { return self.write(UInt8(truncatingIfNeeded: rest) &+ 0x30) }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { bytes in
            var start = bytes.count
            while rest > 0 {
                start -= 1
                bytes[start] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
                rest /= 10
            }
            self.write(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// A moment in UTC as a JSON string with milliseconds: `"2026-01-01T00:00:00.000Z"` (RFC 3339, section 5.6).
    ///
    /// - Parameter nanoseconds: Since 1970; what lies before counts as 1970.
    mutating func writeTimestamp(nanoseconds: Int64) {
        let milliseconds = Int(max(0, nanoseconds) / 1_000_000)
        let second = milliseconds / 1000
        if second != self.second.number { self.second = LogSecond(second) }
        self.write(UInt8(ascii: "\""))
        withUnsafeBytes(of: self.second.text) { self.write(UnsafeRawBufferPointer(rebasing: $0[..<LogSecond.length])) }
        let rest = UInt64(milliseconds % 1000)
        let digits =
            (rest / 100 &+ 0x30) | (rest / 10 % 10 &+ 0x30) << 8 | (rest % 10 &+ 0x30) << 16
            | UInt64(UInt8(ascii: "Z")) << 24 | UInt64(UInt8(ascii: "\"")) << 32
        withUnsafeBytes(of: digits.littleEndian) { self.write(UnsafeRawBufferPointer(rebasing: $0[..<5])) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        let capacity = max(self.capacity * 2, self.count + more)
        let base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        base.copyMemory(from: self.base, byteCount: self.count)
        self.base.deallocate()
        self.base = base
        self.capacity = capacity
    }
}
