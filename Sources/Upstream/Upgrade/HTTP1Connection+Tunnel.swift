import FilterAPI
import HTTP1
import NIOCore

// A connection whose endpoint has switched the protocol.
extension HTTP1Connection {
    /// Hands the head on; what follows it are bytes of the other protocol.
    func deliverSwitch(to exchange: HTTP1Exchange) {
        if let channel { tunnel = TunnelChannel(channel) }
        var head = ResponseHead(status: 0)
        swap(&head, &self.head)
        exchange.switched(head: &head)
    }

    /// The endpoint sends no more; the other direction goes on.
    func inputClosed() {
        guard let tunnel else { return }
        tunnel.inputEnded()
        hasEnded = true
        deliver()
    }

    /// All bytes of the endpoint have been delivered.
    ///
    /// - Returns: false when it is not the tunnel that has ended, but the connection that is lost.
    func tunnelInputEnded(_ exchange: HTTP1Exchange) -> Bool {
        guard failure == nil, exchange.tunnel?.hasInputEnded == false else { return channel?.isActive == true }
        exchange.tunnelInputEnded()
        return true
    }

    func endTunnelOutput() { tunnel?.endOutput() }

    /// The exchange is over; the connection closes when its last bytes are written.
    func tunnelIsOver() { forgetExchange() }
}
