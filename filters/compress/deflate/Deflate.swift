import NIOCore

/// Compresses to DEFLATE as bytes come.
///
/// A value that holds at most 64 KiB of what was compressed and about twice that in tables, less for short inputs. No peer
/// can make it hold more, or take more steps for a byte than its level allows.
///
/// Source: RFC 1951.
struct Deflate: Sendable {
    /// What happens to what is there but not yet written.
    enum Flush: Sendable, Hashable {
        /// It may wait for more.
        case none
        /// All of it is written, so that a reader can unpack all that was put in; more may follow.
        case sync
        /// All of it is written, and it was the last.
        case finish
    }

    private let level: DeflateLevel
    private var window: DeflateWindow
    private var symbols: [UInt32]
    private var symbolCount = 0
    private var pending = DeflatePending()
    /// Where the bytes of the symbols begin in the window; negative when they have left it in part.
    private var blockStart = 0
    private var bits = DeflateBits()
    private var isFlushed = true

    /// - Parameters:
    ///   - level: How hard to look for repetitions.
    ///   - expectedSize: How much will be put in, if that is known: less memory is taken for less than 32 KiB.
    init(level: DeflateLevel, expectedSize: Int? = nil) {
        self.level = level
        self.window = DeflateWindow(expectedSize: expectedSize)
        self.symbols = [UInt32](repeating: 0, count: self.window.size / 2)
    }

    /// Compresses a part, and appends what comes of it.
    mutating func write(_ input: UnsafeRawBufferPointer, _ flush: Flush, to output: inout ByteBuffer) {
        var rest = input
        if !rest.isEmpty { self.isFlushed = false }
        while true {
            self.fill(from: &rest)
            self.match(drains: rest.isEmpty && flush != .none)
            if self.symbolCount >= self.window.size / 2 - 1 {
                self.writeBlock(isLast: false, to: &output)
            } else if rest.isEmpty {
                break
            }
        }
        switch flush {
        case .none: break
        case .sync: self.synchronise(&output)
        case .finish:
            self.writeBlock(isLast: true, to: &output)
            self.bits.finish(to: &output)
        }
    }

    private mutating func fill(from rest: inout UnsafeRawBufferPointer) {
        let base = self.window.base
        let count = self.window.fill(from: rest)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        let moved = self.window.base - base
        self.blockStart -= moved
        self.pending.match.start -= moved
    }

    private mutating func match(drains: Bool) {
        // Out of the value and back, since each array is borrowed on its own.
        let bytes = self.window.bytes
        var heads = taken(&self.window.heads)
        var links = taken(&self.window.links)
        var symbols = taken(&self.symbols)
        bytes.withUnsafeBytes { bytes in
            heads.withUnsafeMutableBufferPointer { heads in
                links.withUnsafeMutableBufferPointer { links in
                    symbols.withUnsafeMutableBufferPointer { symbols in
                        self.match(drains, bytes, heads, links, symbols)
                    }
                }
            }
        }
        swap(&self.window.heads, &heads)
        swap(&self.window.links, &links)
        swap(&self.symbols, &symbols)
    }

    private mutating func match(
        _ drains: Bool,
        _ bytes: UnsafeRawBufferPointer,
        _ heads: UnsafeMutableBufferPointer<UInt16>,
        _ links: UnsafeMutableBufferPointer<UInt16>,
        _ symbols: UnsafeMutableBufferPointer<UInt32>
    ) {
        var matcher = DeflateMatcher(
            bytes: bytes,
            heads: heads,
            links: links,
            symbols: symbols,
            level: self.level,
            greatestDistance: self.window.greatestDistance,
            hashShift: UInt32(32 - self.window.hashBits),
            end: self.window.end,
            position: self.window.position,
            symbolCount: self.symbolCount,
            pending: self.pending
        )
        matcher.run(drains: drains)
        self.window.position = matcher.position
        self.symbolCount = matcher.symbolCount
        self.pending = matcher.pending
    }

    private mutating func writeBlock(isLast: Bool, to output: inout ByteBuffer) {
        let end = self.window.position - (self.pending.isThere ? 1 : 0)
        let start = self.blockStart
        let count = self.symbolCount
        let (symbols, bytes) = (self.symbols, self.window.bytes)
        symbols.withUnsafeBufferPointer { symbols in
            bytes.withUnsafeBytes { bytes in
                let block = DeflateBlock(
                    symbols: UnsafeBufferPointer(rebasing: symbols[..<count]),
                    bytes: start >= 0 ? UnsafeRawBufferPointer(rebasing: bytes[start..<end]) : nil,
                    isLast: isLast
                )
                block.write(&self.bits, to: &output)
            }
        }
        self.symbolCount = 0
        self.blockStart = end
    }

    /// An empty stored block ends at a whole byte, so that nothing stays behind.
    private mutating func synchronise(_ output: inout ByteBuffer) {
        guard !self.isFlushed else { return }
        if self.symbolCount > 0 { self.writeBlock(isLast: false, to: &output) }
        self.bits.add(0, count: 3, to: &output)
        self.bits.finish(to: &output)
        output.writeInteger(0x0000_FFFF as UInt32)
        self.isFlushed = true
    }
}

/// An array's elements, of which the array then has none, without a copy.
private func taken<Element>(_ array: inout [Element]) -> [Element] {
    var elements: [Element] = []
    swap(&array, &elements)
    return elements
}
