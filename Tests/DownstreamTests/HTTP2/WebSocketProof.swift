import Crypto
import Foundation

/// What a WebSocket server answers to a key, made apart from the product's code (RFC 6455, section 4.2.2).
enum WebSocketProof {
    static func accept(_ key: String) -> String {
        let digest = Insecure.SHA1.hash(data: Data("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        return Data(digest).base64EncodedString()
    }
}
