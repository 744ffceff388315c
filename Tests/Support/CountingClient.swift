import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that counts what it receives instead of keeping it, and reads only when it is told to.
package final class CountingClient: Sendable {
    private let channel: any Channel
    private let counter: ByteCounter

    /// Connects to a port of this machine; nothing is read until ``startReading()``.
    package static func connect(port: Int) async throws -> CountingClient {
        let counter = ByteCounter()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CountingHandler(counter))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return CountingClient(channel, counter)
    }

    private init(_ channel: any Channel, _ counter: ByteCounter) {
        self.channel = channel
        self.counter = counter
    }

    /// Bytes received so far.
    package var received: Int { self.counter.received.load(ordering: .relaxed) }
    /// Bytes that the kernel took so far of those given to ``push(_:times:)``.
    package var sent: Int { self.counter.sent.load(ordering: .relaxed) }
    /// Whether the other end has closed.
    package var hasEnded: Bool { self.counter.hasEnded.load(ordering: .relaxed) }

    package func send(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends the same bytes again and again in the background, each time when the last ones have gone.
    package func push(_ text: String, times: Int) {
        let bytes = ByteBuffer(string: text)
        let channel = self.channel
        let counter = self.counter
        @Sendable func next(_ left: Int) {
            guard left > 0 else { return }
            channel.writeAndFlush(bytes).whenSuccess {
                counter.sent.wrappingAdd(bytes.readableBytes, ordering: .relaxed)
                next(left - 1)
            }
        }
        next(times)
    }

    package func startReading() async throws {
        try await self.channel.setOption(.autoRead, value: true).get()
    }

    package func close() async {
        try? await self.channel.close()
    }
}

private final class ByteCounter: Sendable {
    let received = Atomic<Int>(0)
    let sent = Atomic<Int>(0)
    let hasEnded = Atomic<Bool>(false)
}

private final class CountingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let counter: ByteCounter

    init(_ counter: ByteCounter) { self.counter = counter }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.counter.received.wrappingAdd(self.unwrapInboundIn(data).readableBytes, ordering: .relaxed)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.counter.hasEnded.store(true, ordering: .relaxed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
