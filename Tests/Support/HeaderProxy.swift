import NIOCore
import NIOPosix

/// A TCP proxy to a port of this machine that sends some bytes before those of each client.
package final class HeaderProxy: Sendable {
    private let channel: any Channel

    /// Starts a proxy on a free port.
    package static func start(to port: Int, header: [UInt8]) async throws -> HeaderProxy {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: port).flatMap { server in
                    server.eventLoop.makeCompletedFuture {
                        try server.pipeline.syncOperations.addHandler(Relay(to: client))
                        try client.pipeline.syncOperations.addHandler(Relay(to: server))
                    }.flatMap {
                        server.writeAndFlush(ByteBuffer(bytes: header))
                    }.map {
                        client.setOption(.autoRead, value: true).whenComplete { _ in }
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return HeaderProxy(channel)
    }

    private init(_ channel: any Channel) { self.channel = channel }

    package var port: Int { self.channel.localAddress?.port ?? 0 }

    package func stop() async { try? await self.channel.close() }
}

/// Passes on what one end sends to the other.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.other.writeAndFlush(self.unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { self.other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
