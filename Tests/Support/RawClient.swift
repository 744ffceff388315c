import NIOCore
import NIOPosix

/// A TCP client that sends exactly the bytes that it is told to and returns exactly what comes.
package final class RawClient: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    /// Connects to a port of this machine.
    ///
    /// - Parameter halfCloses: Whether it may go on sending when the other end sends no more.
    package static func connect(
        port: Int,
        host: String = "127.0.0.1",
        halfCloses: Bool = false
    ) async throws -> RawClient {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: halfCloses)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox: inbox))
                }
            }
            .connect(host: host, port: port).get()
        return RawClient(channel: channel, inbox: inbox)
    }

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Sends bytes.
    package func send(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends bytes.
    package func send(_ bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// What has come, once `condition` holds for it or the other end has closed; fails after `seconds`.
    package func read(
        within seconds: Double = 60,
        until condition: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let future = self.channel.eventLoop.makePromise(of: String.self)
        let timer = self.channel.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            future.fail(RawClientTimeout(received: self.inbox.text))
        }
        self.inbox.wait(condition, future)
        defer { timer.cancel() }
        return try await future.futureResult.get()
    }

    /// Everything until the other end closes.
    package func readToEnd(within seconds: Double = 60) async throws -> String {
        try await self.read(within: seconds) { _ in false }
    }

    /// Everything up to and including a complete response with `content-length`, or whose body is chunked.
    package func readResponse(within seconds: Double = 60) async throws -> String {
        try await self.read(within: seconds) { isCompleteResponse($0) }
    }

    /// Forgets what has come.
    package func clear() { self.inbox.clear() }

    /// What has come, byte for byte: a chunk may end within a character.
    package var receivedBytes: [UInt8] { self.inbox.bytes }

    /// Whether the other end has closed.
    package var isClosedByPeer: Bool { self.inbox.hasEnded }

    /// Says that nothing more is sent; what comes is still read.
    package func endSending() async throws { try await self.channel.close(mode: .output) }

    /// Breaks the connection off: the other end sees a reset.
    package func reset() async throws { try await self.channel.reset() }

    /// Closes the connection; a reset when something unread waits.
    package func close() async {
        try? await self.channel.close()
    }
}

/// Nothing that was waited for came in time.
package struct RawClientTimeout: Error {
    package let received: String
}

private func isCompleteResponse(_ text: String) -> Bool {
    guard let headEnd = text.firstRange(of: "\r\n\r\n") else { return false }
    let head = text[..<headEnd.lowerBound].lowercased()
    let body = text[headEnd.upperBound...]
    if head.hasPrefix("http/1.1 1") { return isCompleteResponse(String(body)) }
    if head.contains("transfer-encoding: chunked") { return body.hasSuffix("0\r\n\r\n") }
    for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
        let length = Int(line.dropFirst(15).drop { $0 == " " }) ?? 0
        return body.utf8.count >= length
    }
    return head.contains(" 204 ") || head.contains(" 304 ")
}
