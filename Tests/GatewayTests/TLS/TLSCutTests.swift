import Gateway
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing

/// A client that says no more at some point, not even that it has heard of the end, must not hold the gateway up.
@Suite("The end of connections over TLS, with clients that hang")
struct TLSCutTests {
    /// What of the gateway ends the connections.
    enum Ending: CaseIterable {
        case drain
        case stop
    }

    /// The TLS library waits five seconds for a client's notice. A machine that stands still gets another try.
    private static let patience = Duration.seconds(4)

    @Test(arguments: ["http/1.1", "h2"], Ending.allCases)
    func aClientThatHangsIsCut(protocolName: String, ending: Ending) async throws {
        var wasInTime = false
        for _ in 0..<5 where !wasInTime { wasInTime = try await self.endsInTime(protocolName, ending) }
        #expect(wasInTime)
    }

    private func endsInTime(_ protocolName: String, _ ending: Ending) async throws -> Bool {
        let upstream = try await ManualUpstream.start()
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        let configuration = """
            drainTimeout: 300ms
            \(listener.listeners)
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)" }]
            routes: [{ name: held, service: up.static }]
            """
        let clock = ContinuousClock()
        var wasInTime = false
        let authority = listener.authority
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await self.connect(gateway.port, authority, protocolName)
            let isServed = await eventually { await gateway.server.liveCounts().streams == 1 }
            #expect(isServed)
            try await client.setOption(.autoRead, value: false).get()
            let start = clock.now
            switch ending {
            case .drain:
                let isComplete = await gateway.server.drain()
                #expect(!isComplete)
            case .stop: await gateway.server.stop()
            }
            wasInTime = clock.now - start < TLSCutTests.patience
            // From here on it sees the end, unless it has gone by a reset already.
            try? await client.setOption(.autoRead, value: true).get()
            try? await client.close()
        }
        await upstream.stop()
        return wasInTime
    }

    /// Connects and sends one request.
    private func connect(
        _ port: Int,
        _ authority: TestCertificateAuthority,
        _ protocolName: String
    ) async throws -> any Channel {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority.identity.certificate)
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = [protocolName]
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: "chat.example.com")
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(bytes: self.request(protocolName)))
        return channel
    }

    private func request(_ protocolName: String) -> [UInt8] {
        guard protocolName == "h2" else { return Array("GET / HTTP/1.1\r\nHost: chat.example.com\r\n\r\n".utf8) }
        let frames: [HTTP2TestFrame] = [
            .settings(), .settingsAcknowledgement,
            .headers(1, HTTP2Text.request(), endsStream: true),
        ]
        return HTTP2Client.preface + frames.flatMap(\.bytes)
    }
}
