import FilterAPI
import NIOCore
import NIOHTTP1
import NIOPosix

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
    private let channel: any Channel

    private init(address: SocketAddress, channel: any Channel) {
        self.address = address
        self.channel = channel
    }

    static func open(
        address: SocketAddress,
        token: Secret?,
        group: any EventLoopGroup,
        handler: AdminHandler
    ) async throws -> AdminServer {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(AdminConnection(token: token, handler: handler))
                }
            }
        do {
            let channel = try await bootstrap.bind(to: address).get()
            return AdminServer(address: channel.localAddress ?? address, channel: channel)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw AdminError(message: "admin: port \(address.port ?? 0) is already in use")
        }
    }

    var addressText: String { self.address.hostAndPort }

    func close() async {
        try? await self.channel.close()
    }
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
