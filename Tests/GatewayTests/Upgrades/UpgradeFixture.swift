import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

/// What a client and a server say to each other before a WebSocket is open.
enum Handshake {
    static let fields =
        "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat\r\n"
    static let request = "GET /chat?room=1 HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
    static let agreement =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n"

    /// The line of a route that allows WebSockets.
    static let route = "    upgrades: [websocket]"
}

/// Both ends of a tunnel through a gateway.
struct OpenTunnel {
    let client: RawClient
    let upstream: ManualConnection

    /// Opens one; what the ends have received so far is forgotten.
    static func open(_ gateway: GatewayFixture, _ upstream: ManualUpstream) async throws -> OpenTunnel {
        let client = try await RawClient.connect(port: gateway.port)
        try await client.send(Handshake.request)
        let connection = try await upstream.accept()
        try await connection.readHead()
        connection.clear()
        try await connection.send(Handshake.agreement)
        let head = try await client.read { $0.hasSuffix("\r\n\r\n") }
        try #require(head.hasPrefix("HTTP/1.1 101 "))
        client.clear()
        return OpenTunnel(client: client, upstream: connection)
    }

    /// Sends a text each way and waits until it has come.
    func expectEcho() async throws {
        try await self.client.send("up")
        #expect(try await self.upstream.read { $0 == "up" } == "up")
        try await self.upstream.send("down")
        #expect(try await self.client.read { $0 == "down" } == "down")
        self.client.clear()
        self.upstream.clear()
    }
}
