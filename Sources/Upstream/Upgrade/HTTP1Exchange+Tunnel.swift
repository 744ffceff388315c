import FilterAPI
import NIOCore

/// The two directions of an exchange that has become a tunnel.
struct TunnelProgress {
    var hasInputEnded = false
    var hasOutputEnded = false

    var isOver: Bool { self.hasInputEnded && self.hasOutputEnded }
}

// An exchange whose upstream has switched the protocol.
extension HTTP1Exchange {
    /// The upstream has agreed.
    func switched(head: inout ResponseHead) {
        tunnel = TunnelProgress()
        received(head: &head, hasBody: false)
    }

    /// Sends bytes through the tunnel.
    func sendThroughTunnel(_ bytes: ByteBuffer) {
        guard tunnel?.hasOutputEnded == false, let connection else { return }
        guard connection.channel != nil else { return connectionLost("the connection was closed") }
        connection.write(bytes)
    }

    /// The caller sends no more through the tunnel.
    func endTunnelOutput() {
        guard tunnel?.hasOutputEnded == false else { return }
        tunnel?.hasOutputEnded = true
        let connection = self.connection
        // First, since the connection may close at once, and that is no loss any more.
        if tunnel?.isOver == true { tunnelIsOver() }
        connection?.endTunnelOutput()
    }

    /// The upstream sends no more through the tunnel.
    func tunnelInputEnded() {
        guard tunnel?.hasInputEnded == false else { return }
        tunnel?.hasInputEnded = true
        let receiver = self.receiver
        if tunnel?.isOver == true { tunnelIsOver() }
        receiver?.upstreamEnd(trailers: nil)
    }

    private func tunnelIsOver() {
        let connection = self.connection
        end()
        connection?.tunnelIsOver()
    }
}
