/// Header sections of literal fields that touch no table (RFC 7541, section 6.2.2), and their parts.
package enum HTTP2Text {
    package static func section(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + self.string($0) + self.string($1) }
    }

    package static func section(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
        [0] + self.string(name) + self.string(value)
    }

    /// A string with its length.
    package static func string(_ text: String) -> [UInt8] { self.string(Array(text.utf8)) }

    /// A string with its length.
    package static func string(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var rest = bytes.count - 127
        var length: [UInt8] = [127]
        while rest >= 128 {
            length.append(UInt8(rest % 128 + 128))
            rest /= 128
        }
        return length + [UInt8(rest)] + bytes
    }

    package static func request(
        method: String = "GET",
        path: String = "/ready",
        _ fields: [(String, String)] = []
    ) -> [UInt8] {
        self.section(
            [(":method", method), (":scheme", "http"), (":path", path), (":authority", "a.example")] + fields
        )
    }
}
