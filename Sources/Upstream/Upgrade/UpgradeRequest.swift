/// A change of protocol that a service is asked for.
///
/// Source: RFC 9110, section 7.8; RFC 8441, section 5.
package struct UpgradeRequest: Sendable, Hashable {
    /// The protocol, such as `websocket`, as the client spells it.
    package let protocolName: String
    /// Whether the gateway itself shakes hands with a WebSocket server, since the client's HTTP version has no handshake.
    package let makesHandshake: Bool

    package init(protocolName: String, makesHandshake: Bool) {
        self.protocolName = protocolName
        self.makesHandshake = makesHandshake
    }

    /// Whether it is a WebSocket that is asked for.
    package var isWebSocket: Bool { self.protocolName.lowercased() == "websocket" }
}
