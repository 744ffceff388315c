package import FilterAPI
import FilterRuntime
import HTTP1
package import NIOCore

// A connection whose request has become a tunnel.
extension HTTP1Connection {
    package func sendSwitch(head: ResponseHead, to protocolName: String) {
        self.keepsAlive = false
        self.responseFraming = .close
        self.tunnel = TunnelChannel(self.channel)
        self.inbound = .tunnel
        self.updateDeadline()
        HeadWriter.writeResponse(head, framing: .none, connection: .upgrade(protocolName), into: &self.outgoing)
    }

    package func sendTunnelEnd() {
        self.flushNow()
        self.tunnel?.endOutput()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { self.inputClosed() }
        context.fireUserInboundEventTriggered(event)
    }

    private func inputClosed() {
        guard let tunnel = self.tunnel else { return }
        tunnel.inputEnded()
        self.hasInputEnded = true
        self.process()
    }

    /// The connection is gone: the end of the tunnel, or its loss.
    func tunnelClosed() {
        if self.tunnel?.endsWithConnection == true { self.inputClosed() }
    }

    /// Hands the client's bytes on as they are, those first that came before the tunnel was open.
    func processTunnel() -> Bool {
        guard self.stream.isLive else { return false }
        guard self.received.readableBytes > 0 else {
            if self.hasInputEnded { self.stream.receiveTunnelEnd() }
            return false
        }
        guard self.stream.wantsRequestBody else { return false }
        let bytes = self.received
        self.received = ByteBuffer()
        self.stream.receiveTunnel(bytes)
        return true
    }
}
