import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import TestSupport

/// A TLS client of one connection.
struct TLSClient {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    /// The common name of the certificate that the server showed.
    let serverName: String

    /// Connects to a port of this machine and completes a handshake.
    static func connect(
        _ port: Int,
        name: String?,
        authority: TestCertificateAuthority,
        identity: TestCertificateAuthority.Identity? = nil
    ) async throws -> TLSClient {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority.identity.certificate)
        configuration.certificateVerification = .noHostnameVerification
        if let identity {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificate).map {
                .certificate($0)
            }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.privateKey, format: .pem))
        }
        let context = try NIOSSLContext(configuration: configuration)
        let group = MultiThreadedEventLoopGroup.singleton
        let shown = group.next().makePromise(of: String.self)
        do {
            let channel = try await ClientBootstrap(group: group)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
                        try channel.pipeline.syncOperations.addHandler(handler)
                        try channel.pipeline.syncOperations.addHandler(HandshakeObserver(handler, shown))
                        return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            return TLSClient(channel: channel, serverName: try await shown.futureResult.get())
        } catch {
            shown.fail(error)
            throw error
        }
    }

    /// Sends requests one after the other, each when the last one was answered, and closes.
    ///
    /// - Parameter goesOn: Is asked after each answer whether to send another one.
    /// - Returns: The number of answers.
    func exchange(_ request: String, while goesOn: @Sendable @escaping (String) async -> Bool) async throws -> Int {
        try await self.channel.executeThenClose { inbound, outbound in
            var answers = 0
            var received = ""
            try await outbound.write(ByteBuffer(string: request))
            for try await part in inbound {
                received += String(buffer: part)
                guard received.hasSuffix("served\n") else { continue }
                answers += 1
                guard await goesOn(received) else { break }
                received = ""
                try await outbound.write(ByteBuffer(string: request))
            }
            return answers
        }
    }
}

/// Waits for the end of the handshake.
private final class HandshakeObserver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tls: NIOSSLHandler
    private let shown: EventLoopPromise<String>

    init(_ tls: NIOSSLHandler, _ shown: EventLoopPromise<String>) {
        self.tls = tls
        self.shown = shown
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            let names = self.tls.peerCertificate?.subjectName.filter { $0.type == .commonName } ?? []
            self.shown.succeed(names.first?.value ?? "")
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.shown.fail(error)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.shown.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
