import FilterAPI
import HTTP1

/// What an upstream has to answer for its connection to become a tunnel.
///
/// An object, so that every other request carries no more than an empty reference. It never changes.
final class UpgradeExpectation: Sendable {
    /// The protocol that was asked for.
    let protocolName: String
    /// The `Sec-WebSocket-Accept` that proves the handshake; `nil` when the client sees to it.
    let accept: String?

    init(protocolName: String, accept: String? = nil) {
        self.protocolName = protocolName
        self.accept = accept
    }

    /// Why a `101` is not the answer to what was asked; `nil` when it is.
    func mistake(in head: ResponseHead, _ info: ResponseHeadInfo) -> String? {
        guard let switched = info.upgrade?.string(in: head.headers.wire) else {
            return "the protocol was switched to none that is named"
        }
        guard switched.lowercased() == self.protocolName.lowercased() else {
            return "the protocol was switched to another one than was asked for"
        }
        guard let accept = self.accept, head.headers[HeaderName("sec-websocket-accept")] != accept else { return nil }
        return "the handshake of the WebSocket is not proved"
    }
}
