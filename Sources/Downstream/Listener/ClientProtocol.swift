import NIOCore

/// Which HTTP version the connections of a channel speak.
package enum ClientProtocol: Sendable, Hashable {
    /// HTTP/1.1 and 1.0.
    case http1
    /// HTTP/2, agreed on by TLS (ALPN) or known before.
    case http2
    /// Whichever the client's first bytes show: clear text with prior knowledge (RFC 9113, section 3.3).
    case detect
}

extension DownstreamLoop {
    /// Adds to the end of a channel's pipeline what speaks HTTP with the client.
    ///
    /// - Parameters:
    ///   - choice: The version.
    ///   - channel: A channel of this loop that does not read by itself (`autoRead` is off).
    ///   - limits: What the connection may cost.
    ///   - tls: What TLS settled, when the channel is secured and its handshake is complete; `nil` for clear text.
    func installProtocol(
        _ choice: ClientProtocol,
        on channel: any Channel,
        limits: ConnectionLimits,
        tls: TLSConnection? = nil
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        switch choice {
        case .http1:
            try pipeline.addHandler(HTTP1Connection(channel: channel, loop: self, limits: limits, tls: tls))
        case .http2:
            try HTTP2Connection.install(on: channel, loop: self, limits: limits, tls: tls)
        case .detect:
            try pipeline.addHandler(
                ProtocolDetector(channel: channel, loop: self, limits: limits, tls: tls)
            )
        }
    }
}
