import FilterAPI
import NIOCore

// The form that people can read: `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`, and a line break.
extension ProxyHeader {
    static let firstByteOfVersion1 = UInt8(ascii: "P")

    /// The longest line, its line break included.
    private static let longestLine = 107
    private static let prefix = Array("PROXY ".utf8)

    mutating func readVersion1() -> Progress {
        let view = self.rest.readableBytesView.prefix(ProxyHeader.longestLine)
        guard view.prefix(ProxyHeader.prefix.count).elementsEqual(ProxyHeader.prefix.prefix(view.count)) else {
            return .invalid("it begins as no header does")
        }
        guard let end = view.firstIndex(of: UInt8(ascii: "\r")), end + 1 < view.endIndex else {
            return view.count < ProxyHeader.longestLine ? .needMore : .invalid("its line does not end")
        }
        guard view[end + 1] == UInt8(ascii: "\n") else { return .invalid("its line does not end as it should") }
        let length = end - view.startIndex
        guard var line = self.take(length + 2), let text = line.readString(length: length) else {
            return .invalid("its line cannot be read")
        }
        return ProxyHeader.client(in: text)
    }

    private static func client(in line: String) -> Progress {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        // Whatever follows this word is to be ignored.
        if words.count > 1, words[1] == "UNKNOWN" { return .complete(source: nil) }
        guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6" else {
            return .invalid("it names neither TCP4 nor TCP6 with two addresses and two ports")
        }
        let size = words[1] == "TCP4" ? 4 : 16
        guard let source = IPAddress(words[2]), let destination = IPAddress(words[3]),
            source.bytes.count == size, destination.bytes.count == size
        else { return .invalid("its addresses are not of the kind that it names") }
        guard let port = ProxyHeader.port(words[4]), ProxyHeader.port(words[5]) != nil else {
            return .invalid("its ports are none")
        }
        return .complete(source: try? SocketAddress(packedIPAddress: ByteBuffer(bytes: source.bytes), port: port))
    }

    private static func port(_ text: Substring) -> Int? {
        let isNumber = (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, text.utf8.count == 1 || text.first != "0", let port = UInt16(text) else { return nil }
        return Int(port)
    }
}
