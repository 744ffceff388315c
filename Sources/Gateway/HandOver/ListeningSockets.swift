import Downstream
import FilterAPI
import Logging
import NIOCore

/// Listening sockets that are open before the gateway starts, for the listeners that they belong to.
///
/// Connections that wait in them are served, and their ports are never closed in between.
public struct ListeningSockets: Sendable {
    /// What a socket is for, as the one who opened it says.
    enum Purpose: Sendable, Hashable {
        /// A listener, or nobody knows.
        case listener
        /// The operators' listener.
        case admin
    }

    private var sockets: [(purpose: Purpose, socket: HandedSocket)] = []

    /// No sockets: the gateway opens its own.
    public init() {}

    mutating func add(_ socket: HandedSocket, for purpose: Purpose) { self.sockets.append((purpose, socket)) }

    /// Whether there are none.
    public var isEmpty: Bool { self.sockets.isEmpty }

    /// Takes those of a listener: by name first, then by address.
    mutating func take(for key: ListenerTurnover.Key) -> [HandedSocket] {
        let named = self.take { $0 == .listener && !key.name.isEmpty && $1.name == key.name }
        if !named.isEmpty { return named }
        return self.take { $0 == .listener && $1.isBound(to: key.host, key.port) }
    }

    /// Takes those of the operators' listener; systemd's are recognised by the name `admin`, or by address.
    mutating func takeForAdmin(host: String, port: Int) -> [HandedSocket] {
        let known = self.take { purpose, _ in purpose == .admin }
        if !known.isEmpty { return known }
        let named = self.take { $1.name == "admin" }
        return named.isEmpty ? self.take { $1.isBound(to: host, port) } : named
    }

    /// Closes those that no listener has taken, and says so.
    mutating func closeRest(_ logger: Logger) {
        for (_, socket) in self.sockets {
            let place = socket.address.map { $0.hostAndPort } ?? "?"
            logger.warning(
                "a socket that was handed over belongs to no listener",
                metadata: ["name": "\(socket.name)", "address": "\(place)"]
            )
            socket.close()
        }
        self.sockets = []
    }

    private mutating func take(_ isWanted: (Purpose, HandedSocket) -> Bool) -> [HandedSocket] {
        let taken = self.sockets.filter { isWanted($0.purpose, $0.socket) }.map(\.socket)
        self.sockets.removeAll { isWanted($0.purpose, $0.socket) }
        return taken
    }
}

extension HandedSocket {
    /// Whether it listens where the configuration says; one address that stands for all is as good as another.
    func isBound(to host: String, _ port: Int) -> Bool {
        guard let address, address.port == port, let bound = address.ipAddress.flatMap({ IPAddress($0) }),
            let wanted = IPAddress(host)
        else { return false }
        if bound == wanted { return true }
        return bound.bytes.allSatisfy { $0 == 0 } && wanted.bytes.allSatisfy { $0 == 0 }
    }
}
