import FilterRuntime
import NIOCore

// What a connection that was just accepted gets.
extension DownstreamLoop {
    /// Readies a connection for its first bytes.
    func begin(_ settings: ListenerSettings, on channel: any Channel) throws {
        let mark = ChannelOptions.Types.WriteBufferWaterMark(
            low: settings.limits.buffer / 2,
            high: settings.limits.buffer
        )
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
        guard settings.takesProxyHeader else {
            return try self.install(settings, on: channel, remote: channel.remoteAddress)
        }
        let header = ProxyHeaderHandler(settings, channel: channel, loop: self)
        try channel.pipeline.syncOperations.addHandler(header)
    }

    /// Adds to the end of a channel's pipeline what secures the connection, or what speaks HTTP.
    ///
    /// - Parameter remote: The client's address.
    func install(_ settings: ListenerSettings, on channel: any Channel, remote: SocketAddress?) throws {
        let limits = settings.limits
        let listener = self.streams.listeners.tally(of: settings.name)
        guard let tls = settings.tls else {
            let choice = settings.protocols.inClearText
            return try self.installProtocol(choice, on: channel, limits: limits, peer: Peer(remote, listener: listener))
        }
        let handshake = TLSHandshake(
            tls,
            channel: channel,
            loop: self,
            limits: limits,
            remote: remote,
            listener: listener
        )
        try channel.pipeline.syncOperations.addHandler(handshake)
    }
}
