import FilterRuntime
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// The beginning of a secured connection: chooses the certificate, waits for the handshake, and makes way for HTTP.
final class TLSHandshake: ChannelInboundHandler, RemovableChannelHandler, ClientConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// How long a handshake may still take once the gateway drains.
    private static let drainTime = TimeAmount.seconds(1)

    private let loop: DownstreamLoop
    let channel: any Channel
    private let limits: ConnectionLimits
    private let remote: SocketAddress?
    private let listener: RequestTally
    private let protocols: ListenerProtocols
    private let contexts: TLSContexts
    /// What is read for the name of the host; `nil` once the certificate is chosen.
    private var hello: ClientHello? = ClientHello()
    private var connection: TLSConnection?
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - remote: The client's address.
    ///   - listener: Where the listener's streams are counted.
    init(
        _ certificates: TLSCertificates,
        channel: any Channel,
        loop: DownstreamLoop,
        limits: ConnectionLimits,
        remote: SocketAddress?,
        listener: RequestTally
    ) {
        self.channel = channel
        self.contexts = certificates.current
        self.protocols = certificates.settings.protocols
        self.loop = loop
        self.limits = limits
        self.remote = remote
        self.listener = listener
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.loop.opened(self)
        self.close(in: self.limits.requestHeadTimeout)
        // With one certificate nothing depends on the name.
        if self.contexts.isSingle { self.begin(context, serverName: nil, self.contexts.first) }
        if context.channel.isActive { context.read() }
    }

    /// Also when the connection ends; what speaks HTTP is counted by then if the handshake was completed.
    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.deadline = nil
        self.loop.closed(self)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .name(let name)? = self.hello?.receive(self.unwrapInboundIn(data)) else { return }
        let received = self.hello?.received ?? ByteBuffer()
        let chosen = name.flatMap { self.contexts.named(ServerNames.normalised($0)) } ?? self.contexts.first
        self.begin(context, serverName: name, chosen)
        // From the pipeline's head, so that it passes the handler that was just put before this one.
        context.pipeline.syncOperations.fireChannelRead(NIOAny(received))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if self.hello != nil { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let agreed)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        do {
            let choice = self.protocols.agreed(agreed)
            try self.loop.installProtocol(
                choice,
                on: context.channel,
                limits: self.limits,
                peer: Peer(self.remote, tls: self.connection, listener: self.listener)
            )
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.failed("\(error)")
        context.close(promise: nil)
    }

    func beginDraining() { self.close(in: TLSHandshake.drainTime) }

    func abort() { self.channel.pipeline.syncOperations.cut(saysEnd: false) }

    private func close(in time: TimeAmount) {
        self.deadline?.cancel()
        self.deadline = self.channel.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.failed("not complete in time")
            self.abort()
        }
    }

    private func failed(_ reason: @autoclosure () -> String) {
        self.loop.failedHandshakes &+= 1
        let logger = self.loop.streams.logger
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            "TLS handshake failed",
            metadata: ["remote": "\(Peer(self.remote).text)", "error": "\(reason())"]
        )
    }

    private func begin(_ context: ChannelHandlerContext, serverName: String?, _ chosen: TLSContext) {
        self.hello = nil
        self.connection = TLSConnection(serverName: serverName, contexts: self.contexts, chosen: chosen)
        do {
            let handler = NIOSSLServerHandler(context: chosen.context)
            try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
        } catch {
            context.close(promise: nil)
        }
    }
}
