import NIOCore
import Synchronization

/// Stands for TLS: what leaves is unreadable without its counterpart.
final class RedisTestScrambler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(scrambled(unwrapInboundIn(data))))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(wrapOutboundOut(scrambled(unwrapOutboundIn(data))), promise: promise)
    }

    private func scrambled(_ bytes: ByteBuffer) -> ByteBuffer {
        ByteBuffer(bytes: bytes.readableBytesView.map { $0 ^ 0x55 })
    }
}

/// Counts the reads from the sockets that its handlers stand at.
final class RedisTestReadCounter: Sendable {
    private let reads = Mutex(0)

    var count: Int { reads.withLock { $0 } }

    func handler() -> any ChannelHandler { Handler(counter: self) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer

        private let counter: RedisTestReadCounter

        init(counter: RedisTestReadCounter) {
            self.counter = counter
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            counter.reads.withLock { $0 += 1 }
            context.fireChannelRead(data)
        }
    }
}
