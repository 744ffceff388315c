package import NIOCore
import NIOHTTP1
import NIOPosix

/// A running scripted model on a loopback port: what `sluice demo` and tests have in place of a provider.
package final class ScriptedUpstream: Sendable {
    /// Where it listens.
    package let address: SocketAddress
    private let channel: any Channel

    private init(channel: any Channel, address: SocketAddress) {
        self.channel = channel
        self.address = address
    }

    /// Starts it on a free port of 127.0.0.1.
    ///
    /// - Parameters:
    ///   - model: What answers.
    ///   - group: The event loops; default those that the process shares.
    package static func start(
        model: ScriptedModel = ScriptedModel(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> ScriptedUpstream {
        let loopback = try SocketAddress(ipAddress: "127.0.0.1", port: 0)
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(ScriptedConnection(model: model))
                }
            }
            .bind(to: loopback).get()
        return ScriptedUpstream(channel: channel, address: channel.localAddress ?? loopback)
    }

    /// Stops accepting; connections stay until the other side closes them.
    package func stop() async {
        try? await self.channel.close()
    }
}
