import NIOCore

/// One address of a service, as one event loop knows it.
final class Endpoint {
    let address: SocketAddress
    /// `ip:port`.
    let text: String
    /// How often it is taken in comparison to others; at least 1.
    var weight = 1
    /// Which group of endpoints it belongs to; those of lower numbers come first.
    var priority = 0
    /// Since when it gets less than its share, because it is new or was away; `nil` when it has all of it.
    var warmingSince: NIODeadline?
    /// Whether requests may go to it as far as its health is concerned.
    var isReady = true
    /// Whether it has not failed its checks.
    var isHealthy = true
    /// Whether it is left out because of how it answered.
    var isEjected = false
    /// What it was asked and how it answered.
    @exclusivity(unchecked) var load = EndpointLoad()
    /// Whether the service still has this address; connections to others are not kept.
    var isCurrent = true
    /// Connections that wait for their next request; the last one waited least.
    @exclusivity(unchecked) private(set) var idle: ContiguousArray<HTTP1Connection> = []
    /// HTTP/2 connections, which exchanges share.
    private(set) var shared: ContiguousArray<HTTP2Connection> = []
    /// How many streams at a time the endpoint has said last to take on a connection. It guides how many connections are
    /// opened; each has a limit of its own.
    var streamLimit: Int?
    /// When a further connection may be tried after the last one was told to carry no streams.
    var nextTrial = NIODeadline.uptimeNanoseconds(0)
    /// Until when other endpoints are preferred.
    private(set) var avoidedUntil: NIODeadline?
    private var failuresInARow = 0

    init(_ address: SocketAddress) {
        self.address = address
        self.text = address.endpointText
    }
}

extension Endpoint {
    /// The connection that was used last: those that are not needed grow old and are closed.
    func takeIdle() -> HTTP1Connection? {
        idle.popLast()
    }

    func keepIdle(_ connection: HTTP1Connection) {
        idle.append(connection)
    }

    /// - Returns: whether the connection was idle.
    func removeIdle(_ connection: HTTP1Connection) -> Bool {
        guard let index = idle.lastIndex(where: { $0 === connection }) else { return false }
        idle.remove(at: index)
        return true
    }

    /// Gives up the connections that have been idle since `limit` or longer.
    func removeIdle(since limit: NIODeadline) -> ArraySlice<HTTP1Connection> {
        let expired = Array(idle.prefix { $0.idleSince <= limit })
        idle.removeFirst(expired.count)
        return expired[...]
    }
}

extension Endpoint {
    /// The HTTP/2 connection made first that has room for a stream: later ones grow idle and are closed.
    var sharedWithRoom: HTTP2Connection? { shared.first { $0.hasRoom } }

    /// Whether it has said last that it takes no streams on a connection.
    var takesNone: Bool { streamLimit == 0 }

    func addShared(_ connection: HTTP2Connection) {
        shared.append(connection)
    }

    func removeShared(_ connection: HTTP2Connection) {
        shared.removeAll { $0 === connection }
    }
}

extension Endpoint {
    /// A connection was made.
    func connected() {
        failuresInARow = 0
        avoidedUntil = nil
    }

    /// No connection could be made: prefer others for a second, then for two, for at most 16.
    func failed(at now: NIODeadline) {
        avoidedUntil = now + .seconds(1 << Int64(min(failuresInARow, 4)))
        failuresInARow += 1
    }

    func isAvoided(at now: NIODeadline) -> Bool {
        guard let avoidedUntil else { return false }
        return now < avoidedUntil
    }
}
