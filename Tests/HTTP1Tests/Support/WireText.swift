import NIOCore

/// The bytes of a text in which each character stands for the byte of its number.
func wire(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// The text of bytes, each as the character of its number.
func latin1(_ bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
}

/// All ways to receive some bytes in two pieces, then the bytes one by one, and all at once.
func arrivals(of bytes: [UInt8]) -> [[[UInt8]]] {
    let splits = bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    return [[bytes]] + splits + [bytes.map { [$0] }]
}

/// One field in lower case.
struct Field: Equatable, CustomStringConvertible {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var description: String { "\(self.name): \(self.value)" }
}

extension ByteBuffer {
    var text: String { latin1(self.readableBytesView) }
}
