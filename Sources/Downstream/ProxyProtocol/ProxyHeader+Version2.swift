import NIOCore

// The binary form: twelve bytes that no other protocol begins with, what follows, and how long that is.
extension ProxyHeader {
    static let firstByteOfVersion2: UInt8 = 0x0D

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Signature, version and command, family and protocol, length.
    private static let fixedSize = 16

    mutating func readVersion2() -> Progress {
        let view = self.rest.readableBytesView
        let seen = view.prefix(ProxyHeader.signature.count)
        guard seen.elementsEqual(ProxyHeader.signature.prefix(seen.count)) else {
            return .invalid("it begins as no header does")
        }
        guard view.count >= ProxyHeader.fixedSize else { return .needMore }
        let start = self.rest.readerIndex
        guard let command = self.rest.getInteger(at: start + 12, as: UInt8.self),
            let family = self.rest.getInteger(at: start + 13, as: UInt8.self),
            let length = self.rest.getInteger(at: start + 14, as: UInt16.self)
        else { return .needMore }
        guard command >> 4 == 2 else { return .invalid("its version is not 2") }
        guard command & 0xF <= 1 else { return .invalid("its command is neither LOCAL nor PROXY") }
        guard let size = ProxyHeader.addressSize(family) else { return .invalid("its address family is none") }
        let isLocal = command & 0xF == 0
        // A proxy that speaks for itself may announce any family, and addresses are then not looked at.
        let needed = isLocal ? 0 : size
        guard Int(length) >= needed else { return .invalid("it is too short for its addresses") }
        guard view.count >= ProxyHeader.fixedSize + needed else { return .needMore }
        guard self.take(ProxyHeader.fixedSize) != nil, let addresses = self.take(needed) else { return .needMore }
        let source = isLocal ? nil : ProxyHeader.source(addresses, family)
        return self.skip(Int(length) - needed, source)
    }

    /// How many bytes the addresses of a family and protocol take; `nil` for what has no meaning and is to be refused.
    private static func addressSize(_ family: UInt8) -> Int? {
        switch family {
        case 0x00: 0
        case 0x11, 0x12: 12
        case 0x21, 0x22: 36
        case 0x31, 0x32: 216
        default: nil
        }
    }

    /// The client's address, when it is one of TCP over IP.
    private static func source(_ addresses: ByteBuffer, _ family: UInt8) -> SocketAddress? {
        let size: Int
        switch family {
        case 0x11: size = 4
        case 0x21: size = 16
        default: return nil
        }
        // Source address, destination address, source port, destination port.
        let start = addresses.readerIndex
        guard let address = addresses.getSlice(at: start, length: size),
            let port = addresses.getInteger(at: start + 2 * size, as: UInt16.self)
        else { return nil }
        return try? SocketAddress(packedIPAddress: address, port: Int(port))
    }
}
