package import FilterAPI
package import FilterRuntime
package import NIOCore

/// The client side of one event loop: the configuration in force there, and its connections.
package final class DownstreamLoop {
    package let streams: StreamLoop
    /// The configuration that new streams begin with.
    @exclusivity(unchecked) package private(set) var snapshot: any StreamSnapshot
    /// Whose word about the client is believed.
    @exclusivity(unchecked) package private(set) var trustedProxies: [AddressRange]
    /// Whether connections are to end after their current stream.
    package private(set) var isDraining = false
    /// What is to be turned away because memory is short.
    package let overload: OverloadSignal
    /// Requests that were answered with 503 because memory was short.
    package internal(set) var shedRequests = 0

    /// TLS handshakes that failed or were not complete in time.
    package internal(set) var failedHandshakes = 0

    private var connections: [ObjectIdentifier: any ClientConnection] = [:]
    private var drained: EventLoopPromise<Void>?
    @exclusivity(unchecked) var random = FastRandom()
    /// Where HTTP/1 connections have memory for small writes from.
    @exclusivity(unchecked) var output = SpareBuffer()
    /// Objects that wait for streams of HTTP/2 connections.
    @exclusivity(unchecked) var spareStreams = HTTP2StreamPool()
    /// The header section of HTTP/2 that was decoded last.
    @exclusivity(unchecked) var fieldSection = FieldSection()
    private var dateSecond: Int64 = 0
    private var dateText = ""

    package init(
        streams: StreamLoop,
        snapshot: any StreamSnapshot,
        trustedProxies: [AddressRange] = [],
        overload: OverloadSignal = OverloadSignal()
    ) {
        self.streams = streams
        self.overload = overload
        self.snapshot = snapshot
        self.trustedProxies = trustedProxies
    }

    package var eventLoop: any EventLoop { self.streams.eventLoop }
    /// How many client connections are open.
    package var connectionCount: Int { self.connections.count }

    func opened(_ connection: any ClientConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
    }

    func closed(_ connection: any ClientConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
        if self.connections.isEmpty { self.drained?.succeed() }
    }

    /// Puts another configuration in force: streams that begin from now on have it, the others keep their own.
    package func change(to snapshot: any StreamSnapshot, trustedProxies: [AddressRange]) {
        self.snapshot = snapshot
        self.trustedProxies = trustedProxies
        for connection in self.connections.values { connection.configurationChanged() }
        self.spareStreams.removeAll()
    }

    /// Ends the connections that one socket has accepted, as ``drain()`` does with all; what is left after `timeout` is
    /// cut.
    package func drain(acceptedBy socket: any Channel, within timeout: TimeAmount) {
        for connection in self.connections(acceptedBy: socket) { connection.beginDraining() }
        self.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            for connection in self.connections(acceptedBy: socket) { connection.abort() }
        }
    }

    private func connections(acceptedBy socket: any Channel) -> [any ClientConnection] {
        self.connections.values.filter { $0.channel.parent === socket }
    }

    /// Ends idle connections now and the others after their current stream.
    ///
    /// - Returns: Succeeds when no connection is left.
    package func drain() -> EventLoopFuture<Void> {
        self.isDraining = true
        let promise = self.drained ?? self.eventLoop.makePromise(of: Void.self)
        self.drained = promise
        for connection in Array(self.connections.values) { connection.beginDraining() }
        if self.connections.isEmpty { promise.succeed() }
        return promise.futureResult
    }

    /// Ends all connections at once.
    package func closeAll() {
        for connection in Array(self.connections.values) { connection.abort() }
    }

    /// The current time as `Date` has it (RFC 9110, section 5.6.7), made once a second.
    func date() -> String {
        let second = self.streams.clock.nanosecondsSince1970 / 1_000_000_000
        if second != self.dateSecond || self.dateText.isEmpty {
            self.dateSecond = second
            self.dateText = HTTPDate.text(secondsSince1970: second)
        }
        return self.dateText
    }
}
