import NIOCore

/// What a client has said in its SETTINGS, as far as it concerns the gateway: a pure value.
///
/// The gateway never pushes, and its frames are never larger than every client takes, so most settings only have to be
/// sound.
///
/// Source: RFC 9113, section 6.5.2.
struct HTTP2ClientSettings: Equatable {
    private enum Identifier {
        static let headerTableSize: UInt16 = 0x1
        static let enablePush: UInt16 = 0x2
        static let initialWindowSize: UInt16 = 0x4
        static let maxFrameSize: UInt16 = 0x5
    }

    /// The window with which streams begin.
    private(set) var initialWindow = HTTP2ReceiveWindow.protocolDefault
    /// The smallest table of the compression that the client has allowed so far (RFC 7541, section 4.2).
    private(set) var smallestTable = 4096

    /// Reads the payload of SETTINGS without the flag of an acknowledgement, in the order of its values.
    ///
    /// - Parameter payload: Of a length that is a multiple of six.
    /// - Returns: The error of the connection, if it is one.
    mutating func read(_ payload: ByteBuffer) -> HTTP2ErrorCode? {
        var payload = payload
        while let (identifier, value) = payload.readMultipleIntegers(as: (UInt16, UInt32).self) {
            switch identifier {
            case Identifier.headerTableSize: self.smallestTable = min(self.smallestTable, Int(value))
            case Identifier.enablePush:
                guard value <= 1 else { return .protocolError }
            case Identifier.initialWindowSize:
                guard value <= HTTP2SendWindow.largest else { return .flowControlError }
                self.initialWindow = Int(value)
            case Identifier.maxFrameSize:
                guard value >= 16_384, value <= 0xFF_FFFF else { return .protocolError }
            default: break
            }
        }
        return nil
    }
}
