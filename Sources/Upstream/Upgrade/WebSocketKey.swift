import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The nonce of a WebSocket handshake that the gateway makes.
///
/// Source: RFC 6455, sections 1.3 and 4.1.
struct WebSocketKey: Sendable, Hashable {
    /// The value of `Sec-WebSocket-Key`.
    let value: String

    /// Makes a key of 16 random bytes.
    init() {
        var random = SystemRandomNumberGenerator()
        self.value = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }).base64EncodedString()
    }

    init(value: String) { self.value = value }

    /// The `Sec-WebSocket-Accept` of a server that has understood the handshake.
    var accept: String {
        let digest = Insecure.SHA1.hash(data: Data((self.value + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Data(digest).base64EncodedString()
    }
}
