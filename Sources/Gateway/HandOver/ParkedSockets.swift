import Downstream

/// Sockets of the service manager whose listeners a reload has removed, kept for a later one that wants them back.
///
/// The service manager holds them too, so their ports stay open whatever happens here, and nobody could bind them anew.
/// What connects meanwhile waits in them.
struct ParkedSockets: Sendable {
    private var parked: [(key: ListenerTurnover.Key, sockets: [HandedSocket])] = []

    /// Keeps the sockets of a listener that goes.
    mutating func park(_ sockets: [HandedSocket], of key: ListenerTurnover.Key) {
        if !sockets.isEmpty { self.parked.append((key, sockets)) }
    }

    /// Takes the sockets that a listener had: one of equal name and address, else one of that address.
    mutating func take(for key: ListenerTurnover.Key) -> [HandedSocket] {
        let equal = self.parked.firstIndex { $0.key == key }
        let index = equal ?? self.parked.firstIndex { Self.isAt(key, $0.key, $0.sockets) }
        return index.map { self.parked.remove(at: $0).sockets } ?? []
    }

    /// Lets go of all of them.
    mutating func close() {
        for socket in self.parked.flatMap(\.sockets) { socket.close() }
        self.parked = []
    }

    private static func isAt(
        _ wanted: ListenerTurnover.Key,
        _ key: ListenerTurnover.Key,
        _ sockets: [HandedSocket]
    ) -> Bool {
        guard wanted.port != 0 else { return false }
        if key.host == wanted.host, key.port == wanted.port { return true }
        return sockets.allSatisfy { $0.isBound(to: wanted.host, wanted.port) }
    }
}
