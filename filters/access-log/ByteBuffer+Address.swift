import NIOCore

extension ByteBuffer {
    /// The client's address as a JSON string: `ip:port` of the connection, or the IP address that a trusted proxy gave.
    mutating func writeAddress(_ address: SocketAddress?, client: String?) {
        let start = self.writerIndex
        self.writeInteger(UInt8(ascii: "\""))
        switch address {
        case .v4(let v4):
            // A `sockaddr_in` has family and port before the four bytes of the address.
            withUnsafeBytes(of: v4.address) { self.writeDotted(UnsafeRawBufferPointer(rebasing: $0[4..<8])) }
        case .v6:
            self.writeString("[\(address?.ipAddress ?? "")]")
        case .unixDomainSocket, nil:
            self.moveWriterIndex(to: start)
            return self.writeLogText(orNull: client)
        }
        if let client, !self.endsInAddress(client, from: start + 1) {
            self.moveWriterIndex(to: start)
            return self.writeLogText(orNull: client)
        }
        self.writeInteger(UInt8(ascii: ":"))
        self.writeDecimal(address?.port ?? 0)
        self.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func writeDotted(_ bytes: UnsafeRawBufferPointer) {
        for (index, byte) in bytes.enumerated() {
            if index > 0 { self.writeInteger(UInt8(ascii: ".")) }
            if byte >= 100 { self.writeInteger(0x30 + byte / 100) }
            if byte >= 10 { self.writeInteger(0x30 + byte / 10 % 10) }
            self.writeInteger(0x30 + byte % 10)
        }
    }

    /// Whether what was written from `start` on is this IP address, with brackets or not.
    private func endsInAddress(_ text: String, from start: Int) -> Bool {
        guard let written = self.viewBytes(at: start, length: self.writerIndex - start) else { return false }
        if written.first == UInt8(ascii: "[") { return written.dropFirst().dropLast().elementsEqual(text.utf8) }
        return written.elementsEqual(text.utf8)
    }
}
