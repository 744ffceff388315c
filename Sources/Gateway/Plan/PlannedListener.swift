import Downstream
import FilterRuntime
import GatewayConfiguration
import HTTP1
import NIOCore

/// A listener of the file with everything that it is opened with.
struct PlannedListener: Sendable {
    let key: ListenerTurnover.Key
    let configuration: ListenerConfiguration
    let settings: ListenerSettings
}

extension GatewayPlan {
    /// The listeners in the file's order.
    var listeners: [PlannedListener] {
        zip(self.configuration.listeners, self.certificates).compactMap { listener, certificates in
            guard let address = listener.address else { return nil }
            let settings = ListenerSettings(
                name: listener.name,
                limits: ConnectionLimits(listener.limits),
                protocols: ListenerProtocols(listener.protocols),
                tls: certificates,
                takesProxyHeader: listener.proxyProtocol
            )
            let key = ListenerTurnover.Key(name: listener.name, host: address.host, port: address.port)
            return PlannedListener(key: key, configuration: listener, settings: settings)
        }
    }
}

extension ConnectionLimits {
    init(_ limits: LimitsConfiguration) {
        self.init()
        self.head = HeadLimits(
            startLineBytes: limits.requestLine,
            headerBytes: limits.headerBytes,
            fieldCount: limits.headerFields
        )
        self.requestHeadTimeout = TimeAmount(limits.requestHeadTimeout)
        self.keepAliveTimeout = TimeAmount(limits.keepAliveTimeout)
        self.maximumAge = limits.maxConnectionAge.map { TimeAmount($0) }
        self.requestBodyMinimumRate = limits.requestBodyMinimumRate
        self.connections = limits.connections
        self.buffer = limits.streamBuffer
        self.stream = StreamSettings(limits)
        self.http2.maxConcurrentStreams = limits.http2.maxConcurrentStreams
        self.http2.initialWindow = limits.http2.initialWindow
        self.http2.connectionWindow = limits.http2.connectionWindow
    }
}
