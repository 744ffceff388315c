import FilterAPI
import HTTP1
import Testing

struct HeaderNameTableTests {
    private func id(_ name: String) -> UInt8 {
        wire(name).withUnsafeBytes { HeaderNameTable.shared.id(of: $0) }
    }

    @Test func everyKnownNameIsRecognisedInAnyCase() {
        for (id, name) in HeaderName.known.enumerated() where id > 0 {
            #expect(Int(self.id(name)) == id)
            #expect(Int(self.id(name.uppercased())) == id)
            #expect(Int(self.id(name.prefix(1).uppercased() + name.dropFirst())) == id)
        }
    }

    @Test func nameThatDiffersInOneByteIsAnother() {
        for name in HeaderName.known.dropFirst() {
            for index in name.utf8.indices.enumerated().map(\.offset) {
                for byte in UInt8.min...UInt8.max {
                    var bytes = Array(name.utf8)
                    let isSameLetter = bytes[index] >= 0x61 && bytes[index] <= 0x7A && byte == bytes[index] & 0xDF
                    if byte == bytes[index] || isSameLetter { continue }
                    bytes[index] = byte
                    let found = bytes.withUnsafeBytes { HeaderNameTable.shared.id(of: $0) }
                    if found != 0 { #expect(HeaderName.known[Int(found)] == latin1(bytes).lowercased()) }
                }
            }
        }
    }

    @Test(arguments: ["", "a", "hos", "hostt", "x-unknown", String(repeating: "a", count: 33)])
    func otherNamesHaveNoID(_ name: String) {
        #expect(self.id(name) == 0)
    }

    @Test func namesInAHeadMayHoldAllTokenCharactersAndNoOthers() {
        for byte in UInt8.min...UInt8.max {
            let name = "X" + latin1([byte]) + "Y"
            let outcome = readRequest("GET / HTTP/1.0\r\n\(name): z\r\n\r\n")
            // A colon in the middle ends the name.
            #expect((outcome.summary != nil) == (isTokenCharacter(byte) || byte == UInt8(ascii: ":")), "\(byte)")
        }
    }

    @Test func interningDoesNotTakeAControlCharacterForAHyphen() {
        #expect(readRequest("GET / HTTP/1.1\r\nHost: a\r\nContent\rLength: 5\r\n\r\n") == .failed(.invalidFieldName))
    }
}
