import NIOCore

/// The code in which strings of a header section may be written.
///
/// The code is canonical: codes of one length count up with their symbols, and all of a length stand above those of
/// the shorter ones, so the lengths say everything.
///
/// Source: RFC 7541, section 5.2 and appendix B.
struct HuffmanCode: Sendable {
    static let shared = HuffmanCode()

    /// The symbol that must not occur; its first bits fill the last byte of a string.
    private static let endOfString: UInt16 = 256
    private static let longest = 30
    /// Codes up to this length are looked up at once.
    private static let quickBits = 8

    /// For every value of the next eight bits the symbol and the length of its code, or a length of 0 for longer ones.
    private let quick: [(symbol: UInt8, length: UInt8)]
    /// For every length the first value above its codes, moved up to 32 bits.
    private let limits: [UInt64]
    /// For every length what to add to a code for the place of its symbol.
    private let offsets: [Int]
    /// The symbols in the order of their codes.
    private let symbols: [UInt16]

    private init() {
        var quick = [(symbol: UInt8, length: UInt8)](repeating: (0, 0), count: 1 << HuffmanCode.quickBits)
        var limits = [UInt64](repeating: 0, count: HuffmanCode.longest + 1)
        var offsets = [Int](repeating: 0, count: HuffmanCode.longest + 1)
        var symbols: [UInt16] = []
        var code = 0
        for length in 1...HuffmanCode.longest {
            code <<= 1
            offsets[length] = symbols.count - code
            for (symbol, symbolLength) in HuffmanCode.lengths.enumerated() where symbolLength == length {
                symbols.append(UInt16(symbol))
                if length <= HuffmanCode.quickBits {
                    let spare = HuffmanCode.quickBits - length
                    for rest in 0..<(1 << spare) {
                        quick[code << spare | rest] = (UInt8(truncatingIfNeeded: symbol), UInt8(length))
                    }
                }
                code += 1
            }
            limits[length] = UInt64(code) << (32 - UInt64(length))
        }
        (self.quick, self.limits, self.offsets, self.symbols) = (quick, limits, offsets, symbols)
    }

    /// Decodes a string and appends it.
    ///
    /// - Returns: Its length, or `nil` when it has the symbol for the end, or does not end with fewer than eight bits of it.
    func decode(_ string: UnsafeRawBufferPointer, into output: inout ByteBuffer) -> Int? {
        // No code is shorter than five bits.
        let room = string.count * 8 / 5 + 1
        var isSound = false
        let count = output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            guard let count = self.decode(string, into: space) else { return 0 }
            isSound = true
            return count
        }
        return isSound ? count : nil
    }

    private func decode(_ string: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer) -> Int? {
        var bits: UInt64 = 0
        var available = 0
        var count = 0
        var next = string.makeIterator()
        while true {
            while available <= 48, let byte = next.next() {
                bits = bits << 8 | UInt64(byte)
                available += 8
            }
            guard available > 0 else { return count }
            // What is missing at the end counts as ones, as the filling does.
            let window =
                available >= 32
                ? bits >> UInt64(available - 32) & 0xFFFF_FFFF
                : (bits << UInt64(32 - available) | (1 << UInt64(32 - available) - 1)) & 0xFFFF_FFFF
            if available < 8, window == 0xFFFF_FFFF { return count }
            guard let (symbol, length) = self.symbol(window), length <= available, count < space.count else {
                return nil
            }
            space[count] = symbol
            count += 1
            available -= length
        }
    }

    /// The symbol that 32 bits begin with, and the length of its code; `nil` for the end of the string.
    private func symbol(_ window: UInt64) -> (UInt8, Int)? {
        let quick = self.quick[Int(window >> 24)]
        if quick.length > 0 { return (quick.symbol, Int(quick.length)) }
        for length in (HuffmanCode.quickBits + 1)...HuffmanCode.longest where window < self.limits[length] {
            let symbol = self.symbols[Int(window >> UInt64(32 - length)) + self.offsets[length]]
            return symbol == HuffmanCode.endOfString ? nil : (UInt8(truncatingIfNeeded: symbol), length)
        }
        return nil
    }
}

extension HuffmanCode {
    /// The lengths of the codes of all bytes, and of the end.
    private static let lengths = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
        7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
        23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
        21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]
}
