import FilterAPI
import FilterRuntime

/// How far a stream has come that asked for a tunnel by extended CONNECT.
enum HTTP2Tunnel {
    /// It did not ask.
    case none
    /// It asked: what the client sends waits, up to the stream's window.
    case asked
    /// DATA frames carry the bytes of the tunnel.
    case open
}

// Source: RFC 8441, section 5.
extension HTTP2Stream {
    func sendSwitch(head: ResponseHead, to protocolName: String) {
        self.tunnel = .open
        var head = head
        head.status = 200
        head.headers.remove(HeaderName("sec-websocket-accept"))
        head.headers.remove(.contentLength)
        self.send(head: &head, hasBody: true)
    }

    func sendTunnelEnd() {
        self.sendEnd(trailers: nil)
    }
}
