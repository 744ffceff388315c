/// A borrowed view of bytes whose every read and slice is defined.
///
/// Reading outside gives 0 and slices are clamped, so no input can make a read trap or leave the buffer.
/// A view must not outlive the memory that it looks at: it never leaves the call that evaluates a path.
struct Bytes {
    private let base: UnsafePointer<UInt8>?
    let count: Int

    static var empty: Bytes { Bytes(base: nil, count: 0) }

    private init(base: UnsafePointer<UInt8>?, count: Int) {
        self.base = base
        self.count = count
    }

    init(_ buffer: UnsafeRawBufferPointer) {
        self.init(base: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: buffer.count)
    }

    init(_ text: StaticString) {
        self.init(base: text.hasPointerRepresentation ? text.utf8Start : nil, count: text.utf8CodeUnitCount)
    }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        guard UInt(bitPattern: index) < UInt(bitPattern: count), let base else { return 0 }
        return base[index]
    }

    var isEmpty: Bool { count == 0 }
    var last: UInt8 { self[count - 1] }

    /// The bytes of `lower..<upper`, cut to what is there.
    @inline(__always)
    func slice(_ lower: Int, _ upper: Int) -> Bytes {
        let upper = min(upper, count)
        guard let base, lower >= 0, lower < upper else { return .empty }
        return Bytes(base: base + lower, count: upper - lower)
    }

    func from(_ lower: Int) -> Bytes { slice(lower, count) }
    func upTo(_ upper: Int) -> Bytes { slice(0, upper) }

    /// Eight bytes, the first in the low bits; nil when fewer are left.
    @inline(__always)
    func word(at index: Int) -> UInt64? {
        guard let base, index >= 0, index <= count - 8 else { return nil }
        return UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
    }

    /// Whether both views end at the same address.
    func endsTogether(with other: Bytes) -> Bool {
        guard let base, let otherBase = other.base else { return false }
        return base + count == otherBase + other.count
    }

    var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
    var array: [UInt8] { Array(buffer) }
}

extension Bytes {
    @inline(__always)
    static func == (left: Bytes, right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        var index = 0
        while index < left.count {
            if left[index] != right[index] { return false }
            index += 1
        }
        return true
    }

    static func == (left: Bytes, right: StaticString) -> Bool {
        left == Bytes(right)
    }

    /// Byte order, as Go compares strings.
    static func < (left: Bytes, right: Bytes) -> Bool {
        left.buffer.lexicographicallyPrecedes(right.buffer)
    }

    /// Without the bytes up to space at both ends.
    var trimmed: Bytes {
        var lower = 0
        var upper = count
        while lower < upper, self[lower] <= ASCII.space { lower += 1 }
        while lower < upper, self[upper - 1] <= ASCII.space { upper -= 1 }
        return slice(lower, upper)
    }

    func firstIndex(of byte: UInt8) -> Int? {
        var index = 0
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }
}

extension [UInt8] {
    mutating func append(_ bytes: Bytes) {
        append(contentsOf: bytes.buffer)
    }

    mutating func append(ascii text: StaticString) {
        append(Bytes(text))
    }
}
