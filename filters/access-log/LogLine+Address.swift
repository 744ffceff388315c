import NIOCore

extension LogLine {
    /// The client's address as a JSON string: `ip:port` of the connection, or the IP address that a trusted proxy gave.
    mutating func writeAddress(_ address: SocketAddress?, client: String?) {
        switch address {
        case .v4(let v4):
            // A `sockaddr_in` has family and port before the four bytes of the address.
            withUnsafeBytes(of: v4.address) { bytes in
                self.writeAddress(DottedAddress(bytes[4], bytes[5], bytes[6], bytes[7]), address?.port ?? 0, client)
            }
        case .v6:
            let text = address?.ipAddress ?? ""
            if let client, client != text { return self.writeText(orNull: client) }
            self.write("\"[\(text)]:")
            self.writeDecimal(address?.port ?? 0)
            self.write(UInt8(ascii: "\""))
        case .unixDomainSocket, nil:
            self.writeText(orNull: client)
        }
    }

    private mutating func writeAddress(_ address: DottedAddress, _ port: Int, _ client: String?) {
        address.withBytes { text in
            if var client, !client.withUTF8({ $0.count == text.count && zip($0, text).allSatisfy(==) }) {
                return self.writeText(orNull: client)
            }
            self.write(UInt8(ascii: "\""))
            self.write(text)
            self.write(UInt8(ascii: ":"))
            self.writeDecimal(port)
            self.write(UInt8(ascii: "\""))
        }
    }
}

/// An IPv4 address as text, made without a `String`.
private struct DottedAddress {
    private var text: (UInt64, UInt64) = (0, 0)
    private var count = 0

    init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        self.write(first)
        self.write(UInt8(ascii: "."), then: second)
        self.write(UInt8(ascii: "."), then: third)
        self.write(UInt8(ascii: "."), then: fourth)
    }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeBytes(of: self.text) { body(UnsafeRawBufferPointer(rebasing: $0[..<self.count])) }
    }

    private mutating func write(_ dot: UInt8, then number: UInt8) {
        self.append(dot)
        self.write(number)
    }

    private mutating func write(_ number: UInt8) {
        if number >= 100 { self.append(0x30 + number / 100) }
        if number >= 10 { self.append(0x30 + number / 10 % 10) }
        self.append(0x30 + number % 10)
    }

    private mutating func append(_ byte: UInt8) {
        withUnsafeMutableBytes(of: &self.text) { $0[self.count] = byte }
        self.count += 1
    }
}
