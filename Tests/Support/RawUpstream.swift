import NIOCore
import NIOPosix

/// A TCP server that answers the first bytes of every connection with fixed bytes and closes it.
package final class RawUpstream: Sendable {
    private let channel: any Channel

    /// Starts a server on a free port.
    package static func start(answer: String) async throws -> RawUpstream {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FixedAnswer(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return RawUpstream(channel)
    }

    private init(_ channel: any Channel) { self.channel = channel }

    package var port: Int { self.channel.localAddress?.port ?? 0 }

    package func stop() async { try? await self.channel.close() }
}

private final class FixedAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: String

    init(_ answer: String) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: self.answer)), promise: nil)
        context.close(promise: nil)
    }
}
