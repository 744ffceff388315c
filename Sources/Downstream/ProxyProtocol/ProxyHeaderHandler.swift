import FilterAPI
import FilterRuntime
import Logging
import NIOCore

/// The beginning of a connection that a proxy passes on: takes the proxy's header, and makes way for TLS or HTTP with the
/// client's address.
///
/// What begins with anything else is closed without an answer, as is what does not come in time: whoever connects here
/// past the proxy could name any address.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler, ClientConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// How long a header may still take once the gateway drains.
    private static let drainTime = TimeAmount.seconds(1)

    let channel: any Channel
    private let loop: DownstreamLoop
    private let settings: ListenerSettings
    private let timer: LazyTimer
    private var header = ProxyHeader()
    private var isOpen = false
    private var hasDecided = false

    init(_ settings: ListenerSettings, channel: any Channel, loop: DownstreamLoop) {
        self.settings = settings
        self.channel = channel
        self.loop = loop
        self.timer = LazyTimer(eventLoop: channel.eventLoop)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.isOpen = true
        self.loop.opened(self)
        self.timer.whenDue { [unowned self] in self.refuse("it did not come in time") }
        self.timer.set(self.loop.streams.clock.now + self.settings.limits.requestHeadTimeout)
        context.fireChannelActive()
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data)
        guard !self.hasDecided else { return context.fireChannelRead(self.wrapInboundOut(bytes)) }
        switch self.header.receive(bytes) {
        case .needMore: break
        case .invalid(let reason): self.refuse(reason)
        case .complete(let source): self.hand(over: source, context)
        }
    }

    private func hand(over source: SocketAddress?, _ context: ChannelHandlerContext) {
        self.hasDecided = true
        do {
            try self.loop.install(self.settings, on: self.channel, remote: source ?? self.channel.remoteAddress)
        } catch {
            return context.close(promise: nil)
        }
        // Only now, so that the loop never counts fewer connections than there are.
        self.closed()
        let rest = self.header.rest
        self.header = ProxyHeader()
        if rest.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(rest)) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard self.hasDecided else { return context.read() }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !self.hasDecided { self.closed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.hasDecided else { return context.fireErrorCaught(error) }
        context.close(promise: nil)
    }

    func beginDraining() { self.timer.set(self.loop.streams.clock.now + ProxyHeaderHandler.drainTime) }

    func abort() { self.channel.close(promise: nil) }

    private func closed() {
        guard self.isOpen else { return }
        self.isOpen = false
        self.timer.stop()
        self.loop.closed(self)
    }

    private func refuse(_ reason: String) {
        self.hasDecided = true
        self.closed()
        let logger = self.loop.streams.logger
        if logger.logLevel <= .debug {
            let facts: Logger.Metadata = [
                "listener": "\(self.settings.name)", "remote": "\(Peer(self.channel.remoteAddress).text)",
                "error": "\(reason)",
            ]
            logger.debug("no PROXY header", metadata: facts)
        }
        self.abort()
    }
}
