import NIOCore
import NIOPosix
package import NIOSSL

/// An HTTP/2 client that sends exactly the frames that it is told to, and keeps the frames that come.
package final class HTTP2Client: Sendable {
    /// Nothing that was waited for came.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// A response, put together from its frames.
    package struct Response: Sendable {
        package var heads: [[String: String]] = []
        package var body: [UInt8] = []
        package var trailers: [String: String] = [:]
        package var status: String { self.heads.last?[":status"] ?? "" }
    }

    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let channel: any Channel
    private let inbox: HTTP2Inbox

    /// Connects, over TLS when there is a context for it, and says hello unless told otherwise.
    package static func connect(
        port: Int,
        settings: [(UInt16, UInt32)] = [],
        saysHello: Bool = true,
        acknowledges: Bool = true,
        tls: NIOSSLContext? = nil
    ) async throws -> HTTP2Client {
        let inbox = HTTP2Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(HTTP2InboxHandler(inbox))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let client = HTTP2Client(channel, inbox)
        if saysHello {
            try await client.send(bytes: HTTP2Client.preface + HTTP2TestFrame.settings(settings).bytes)
            if acknowledges { try await client.send(.settingsAcknowledgement) }
        }
        return client
    }

    private init(_ channel: any Channel, _ inbox: HTTP2Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    package func send(_ frames: HTTP2TestFrame...) async throws { try await self.send(frames) }

    package func send(_ frames: [HTTP2TestFrame]) async throws { try await self.send(bytes: frames.flatMap(\.bytes)) }

    package func send(bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    package var frames: [HTTP2TestFrame] { self.inbox.frames }
    package var isClosedByPeer: Bool { self.inbox.hasEnded }

    /// Waits until a frame comes that meets the condition; fails when the other end closes before.
    @discardableResult
    package func frame(
        within seconds: Double = 60,
        where condition: @Sendable (HTTP2TestFrame) -> Bool
    ) async throws -> HTTP2TestFrame {
        var found: HTTP2TestFrame?
        _ = await eventually(within: seconds) {
            let hasEnded = self.isClosedByPeer
            found = self.frames.first(where: condition)
            return found != nil || hasEnded
        }
        guard let found else { throw Missing(description: "closed: \(self.isClosedByPeer), frames: \(self.frames)") }
        return found
    }

    /// Waits until the frames that have come meet the condition.
    package func wait(until condition: @Sendable ([HTTP2TestFrame]) -> Bool) async throws {
        let isMet = await eventually { condition(self.frames) || self.isClosedByPeer }
        guard isMet, condition(self.frames) else {
            throw Missing(description: "closed: \(self.isClosedByPeer), frames: \(self.frames)")
        }
    }

    /// Waits until the other end closes, and answers the code of its GOAWAY.
    package func goAwayCode() async throws -> UInt32? {
        let hasEnded = await eventually { self.isClosedByPeer }
        guard hasEnded else { throw Missing(description: "stays open, frames: \(self.frames)") }
        return self.frames.last { $0.kind == HTTP2TestFrame.Kind.goAway }?.number(at: 4)
    }

    /// Waits for a stream's reset, and answers its code.
    package func resetCode(_ stream: UInt32) async throws -> UInt32 {
        try await self.frame { $0.kind == HTTP2TestFrame.Kind.reset && $0.stream == stream }.number(at: 0)
    }

    /// Waits for the end of a stream's response.
    package func response(_ stream: UInt32, within seconds: Double = 60) async throws -> Response {
        try await self.frame(within: seconds) { $0.stream == stream && $0.kind <= 1 && $0.flags & 1 == 1 }
        return try self.inbox.response(stream)
    }

    package func close() async { try? await self.channel.close() }
}
