import Downstream
import FilterAPI
import GatewayConfiguration
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The operators' listener: a few small requests, on NIO's stock HTTP/1 handlers, apart from the clients' path.
final class AdminServer: Sendable {
    let address: SocketAddress
    /// The address that the file calls for.
    let configured: SocketAddressText
    private let channel: any Channel
    private let access: AdminAccess

    private init(address: SocketAddress, configured: SocketAddressText, channel: any Channel, access: AdminAccess) {
        self.address = address
        self.configured = configured
        self.channel = channel
        self.access = access
    }

    /// Binds it, without accepting anything before ``accept()``.
    static func open(
        configured: SocketAddressText,
        rules: AdminRules,
        adopting handed: [HandedSocket],
        group: any EventLoopGroup,
        handler: AdminHandler
    ) async throws -> AdminServer {
        let access = AdminAccess(rules)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                guard access.enter() else {
                    return channel.eventLoop.makeFailedFuture(AdminError(message: "admin: too many connections"))
                }
                channel.closeFuture.whenComplete { _ in access.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(AdminConnection(access: access, handler: handler))
                }
            }
        let address = try SocketAddress(ipAddress: configured.host, port: configured.port)
        do {
            for spare in handed.dropFirst() { spare.close() }
            let channel =
                if let socket = handed.first {
                    try await bootstrap.withBoundSocket(socket.descriptor).get()
                } else {
                    try await bootstrap.bind(to: address).get()
                }
            let bound = channel.localAddress ?? address
            return AdminServer(address: bound, configured: configured, channel: channel, access: access)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw AdminError(message: "admin: port \(address.port ?? 0) is already in use")
        }
    }

    /// Goes by other rules from now on.
    func change(to rules: AdminRules) { self.access.change(to: rules) }

    /// Another descriptor of its socket, for the process that goes on after this one.
    func duplicateSocket() async throws -> CInt? {
        let channel = self.channel
        return try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                try HandedSocket.duplicate($0)
            }
        }.get()
    }

    /// Begins to accept connections.
    func accept() async throws { try await self.channel.setOption(.autoRead, value: true).get() }

    /// Stops accepting; the request that is being answered on a connection is its last.
    func retire() async {
        self.access.end()
        await self.close()
    }

    func close() async {
        try? await self.channel.close()
    }
}

/// What operators have to show, and what they may do.
struct AdminRules: Sendable {
    /// What callers have to show; `nil` for nothing.
    var token: Secret?
    /// Whether nothing may be changed.
    var isReadOnly = false
    /// How long the first request of a connection, or the body of any, may take; `limits.requestHeadTimeout`, 10 s at
    /// most.
    var requestTimeout = TimeAmount.seconds(10)
    /// How long a connection may wait for its next request, and an answer to be taken; `limits.keepAliveTimeout`, 60 s
    /// at most.
    var keepAliveTimeout = TimeAmount.seconds(60)

    init(_ configuration: GatewayConfiguration) {
        self.token = configuration.admin?.token
        self.isReadOnly = configuration.admin?.readOnly ?? false
        self.requestTimeout = min(self.requestTimeout, TimeAmount(configuration.limits.requestHeadTimeout))
        self.keepAliveTimeout = min(self.keepAliveTimeout, TimeAmount(configuration.limits.keepAliveTimeout))
    }
}

/// Who may ask what, on all connections of one operators' listener.
final class AdminAccess: Sendable {
    /// How many connections there may be at once: those who show no token can take no more descriptors.
    static let connectionLimit = 64

    private let state: Mutex<State>

    private struct State {
        var rules: AdminRules
        var isOpen = true
        var connections = 0
    }

    init(_ rules: AdminRules) { self.state = Mutex(State(rules: rules)) }

    /// The rules in force.
    var rules: AdminRules { self.state.withLock { $0.rules } }
    /// Whether the listener is in force.
    var isOpen: Bool { self.state.withLock { $0.isOpen } }

    func change(to rules: AdminRules) { self.state.withLock { $0.rules = rules } }

    func end() { self.state.withLock { $0.isOpen = false } }

    /// Counts a connection; `false` for one too many, which is not counted.
    func enter() -> Bool {
        self.state.withLock { state in
            guard state.connections < Self.connectionLimit else { return false }
            state.connections += 1
            return true
        }
    }

    func leave() { self.state.withLock { $0.connections -= 1 } }
}

/// Why the operators' listener could not be opened.
struct AdminError: Error, CustomStringConvertible {
    let message: String
    var description: String { self.message }
}

extension SocketAddress {
    /// `IP:PORT`, an IPv6 address in brackets.
    var hostAndPort: String {
        let host = self.ipAddress ?? "?"
        return (host.contains(":") ? "[\(host)]" : host) + ":\(self.port ?? 0)"
    }
}
