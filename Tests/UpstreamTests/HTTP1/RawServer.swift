import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that does what a test says, byte by byte.
final class RawServer: Sendable {
    let address: SocketAddress
    private let channel: any Channel
    private let accepted: AsyncStream<RawConnection>

    private init(_ channel: any Channel, _ address: SocketAddress, _ accepted: AsyncStream<RawConnection>) {
        self.channel = channel
        self.address = address
        self.accepted = accepted
    }

    static func start(on group: any EventLoopGroup, tls: NIOSSLContext? = nil) async throws -> RawServer {
        let (accepted, continuation) = AsyncStream.makeStream(of: RawConnection.self)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    let (reads, input) = AsyncStream.makeStream(of: ByteBuffer.self)
                    try pipeline.addHandler(RawInput(input))
                    continuation.yield(RawConnection(channel, reads))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        return RawServer(channel, address, accepted)
    }

    /// The next connection that somebody makes.
    func accept() async throws -> RawConnection {
        for await connection in accepted { return connection }
        throw ChannelError.eof
    }

    /// Refuses connections from now on.
    func stop() async throws {
        try await channel.close()
    }
}

/// One connection to a ``RawServer``.
actor RawConnection {
    private let channel: any Channel
    private let reads: AsyncStream<ByteBuffer>
    private var buffer = ByteBuffer()

    init(_ channel: any Channel, _ reads: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.reads = reads
    }

    /// What is received up to and with `mark`; `nil` when the connection ends before.
    func receive(through mark: String = "\r\n\r\n") async -> String? {
        while true {
            let text = String(buffer: buffer)
            if let range = text.firstRange(of: mark) {
                let taken = String(text[..<range.upperBound])
                buffer.moveReaderIndex(forwardBy: taken.utf8.count)
                return taken
            }
            guard var more = await next() else { return nil }
            buffer.writeBuffer(&more)
        }
    }

    /// Whether the peer closed the connection; waits until it does.
    func receivedEnd() async -> Bool {
        while await next() != nil {}
        return true
    }

    /// The number of bytes received until the peer closes or there were `limit`.
    func receive(count limit: Int) async -> Int {
        var count = buffer.readableBytes
        while count < limit, let more = await next() { count += more.readableBytes }
        return count
    }

    private func next() async -> ByteBuffer? {
        var iterator = reads.makeAsyncIterator()
        return await iterator.next()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends each byte on its own.
    func sendSlowly(_ text: String) async throws {
        for byte in text.utf8 { try await channel.writeAndFlush(ByteBuffer(bytes: [byte])) }
    }

    /// Hands all of this to the socket without waiting for the peer to take it.
    nonisolated func push(_ bytes: ByteBuffer) -> PendingWrite {
        PendingWrite(channel.writeAndFlush(bytes))
    }

    /// Whether the peer's bytes are read.
    func setReading(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
    }

    /// Closes the connection, if the peer has not done so.
    func close() async {
        try? await channel.close()
    }
}

/// A write whose end can be looked at.
final class PendingWrite: Sendable {
    let futureResult: EventLoopFuture<Void>
    private let done = Mutex(false)

    var isDone: Bool { done.withLock { $0 } }

    init(_ future: EventLoopFuture<Void>) {
        self.futureResult = future
        future.whenComplete { [weak self] _ in self?.done.withLock { $0 = true } }
    }
}

private final class RawInput: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let input: AsyncStream<ByteBuffer>.Continuation

    init(_ input: AsyncStream<ByteBuffer>.Continuation) {
        self.input = input
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        input.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
