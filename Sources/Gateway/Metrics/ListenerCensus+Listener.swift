import Downstream

extension ListenerCensus {
    init(_ listener: Listener) {
        self.init(
            name: listener.name,
            address: listener.address.hostAndPort,
            open: listener.connectionCount,
            accepted: listener.acceptedCount,
            refused: listener.refusedCount,
            pauses: listener.pauseCount,
            isSecure: listener.settings.tls != nil
        )
    }
}
