import NIOCore
import NIOPosix
import Synchronization

/// Counts bytes that the kernel took.
package final class SentBytes: Sendable {
    fileprivate let value = Atomic<Int>(0)
    package init() {}
    package var count: Int { self.value.load(ordering: .relaxed) }
    func add(_ count: Int) { self.value.wrappingAdd(count, ordering: .relaxed) }
}

/// An HTTP/1 server that answers the first bytes of every connection with a long body, as fast as it is read.
package final class FloodingUpstream: Sendable {
    private let channel: any Channel

    /// Starts a server on a free port.
    ///
    /// - Parameters:
    ///   - bytes: The length of the body; a multiple of 64 KiB.
    ///   - sent: Counts what of it has gone.
    package static func start(bytes: Int, sent: SentBytes) async throws -> FloodingUpstream {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Flood(bytes, sent))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FloodingUpstream(channel)
    }

    private init(_ channel: any Channel) { self.channel = channel }

    package var port: Int { self.channel.localAddress?.port ?? 0 }

    package func stop() async { try? await self.channel.close() }
}

private final class Flood: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private static let part = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 << 10)

    private let length: Int
    private let sent: SentBytes
    private var hasBegun = false

    init(_ length: Int, _ sent: SentBytes) {
        self.length = length
        self.sent = sent
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        context.channel.write(
            ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: \(self.length)\r\n\r\n"),
            promise: nil
        )
        Flood.send(self.length >> 16, on: context.channel, self.sent)
    }

    private static func send(_ parts: Int, on channel: any Channel, _ sent: SentBytes) {
        guard parts > 0 else { return }
        channel.writeAndFlush(Flood.part).whenSuccess {
            sent.value.wrappingAdd(Flood.part.readableBytes, ordering: .relaxed)
            Flood.send(parts - 1, on: channel, sent)
        }
    }
}
