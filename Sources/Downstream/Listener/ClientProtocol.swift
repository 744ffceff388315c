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
    ///   - peer: The client, with what TLS settled when the channel is secured.
    func installProtocol(
        _ choice: ClientProtocol,
        on channel: any Channel,
        limits: ConnectionLimits,
        peer: Peer
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        switch choice {
        case .http1:
            let connection = HTTP1Connection(channel: channel, loop: self, limits: limits, peer: peer)
            try pipeline.addHandler(connection)
            self.limitAge(of: connection, limits)
        case .http2:
            let connection = HTTP2Connection(channel: channel, loop: self, limits: limits, peer: peer)
            try pipeline.addHandler(connection)
            self.limitAge(of: connection, limits)
        case .detect:
            try pipeline.addHandler(ProtocolDetector(channel: channel, loop: self, limits: limits, peer: peer))
        }
    }

    /// Ends a connection after its current streams when it has reached the age that the limits name, give or take a
    /// tenth: connections that came together shall not all come again together.
    private func limitAge(of connection: any ClientConnection, _ limits: ConnectionLimits) {
        guard let age = limits.maximumAge else { return }
        let time = TimeAmount.nanoseconds(Int64(Double(age.nanoseconds) * Double.random(in: 0.9...1.1)))
        let timer = self.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak connection] in
            connection?.beginDraining()
        }
        connection.channel.closeFuture.whenComplete { _ in timer.cancel() }
    }
}
