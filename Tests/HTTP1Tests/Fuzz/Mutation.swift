/// Small damages to valid messages, of the kinds in which parsers have disagreed.
struct Mutation {
    var random: SplitMix64

    private static let fragments = [
        "\r", "\n", "\r\n", " ", "\t", "\u{0}", ":", ",", ";", "=", "\"", "\u{80}", "\u{FF}", "\u{7F}", "0", "1", "a",
        "-", "+",
        "/", "?", "#", "%2e", "\r\n\r\n", "\r\n ", " :", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n",
        "Host: b\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "HTTP/1.0", "0\r\n\r\n", "5;x=y",
        "chunked",
        "Content-Length: 0\r\n", "X: y\r\n", "Transfer-Encoding: identity\r\n", "Expect: 100-continue\r\n",
    ].map { wire($0) }

    mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &self.random)
        switch Int.random(in: 0..<8, using: &self.random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &self.random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self.random)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(contentsOf: self.fragment(), at: place)
        case 4: self.replaceLineEnd(&bytes, with: self.fragment())
        case 5: self.insertAtLineStart(&bytes, self.fragment())
        case 6: self.repeatPiece(&bytes, place)
        default: bytes.replaceSubrange(place..<min(bytes.count, place + 4), with: self.fragment())
        }
    }

    /// Cuts the bytes into pieces of random lengths.
    mutating func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...max(1, rest.count), using: &self.random)
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    private mutating func fragment() -> [UInt8] {
        Mutation.fragments.randomElement(using: &self.random) ?? []
    }

    private mutating func lineFeed(in bytes: [UInt8]) -> Int? {
        bytes.indices.filter { bytes[$0] == 0x0A }.randomElement(using: &self.random)
    }

    private mutating func replaceLineEnd(_ bytes: inout [UInt8], with fragment: [UInt8]) {
        guard let place = self.lineFeed(in: bytes), place > 0 else { return }
        bytes.replaceSubrange(place - 1...place, with: fragment)
    }

    private mutating func insertAtLineStart(_ bytes: inout [UInt8], _ fragment: [UInt8]) {
        guard let place = self.lineFeed(in: bytes) else { return }
        bytes.insert(contentsOf: fragment, at: place + 1)
    }

    private mutating func repeatPiece(_ bytes: inout [UInt8], _ place: Int) {
        let piece = bytes[place..<min(bytes.count, place + Int.random(in: 1...40, using: &self.random))]
        bytes.insert(contentsOf: Array(piece), at: Int.random(in: 0...bytes.count, using: &self.random))
    }
}
