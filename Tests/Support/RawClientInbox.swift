import NIOCore
import Synchronization

/// What a raw client has received.
final class Inbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var hasEnded = false
        var waiting: [(condition: @Sendable (String) -> Bool, promise: EventLoopPromise<String>)] = []
    }

    private let state = Mutex(State())

    var text: String { self.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var bytes: [UInt8] { self.state.withLock { $0.bytes } }
    var count: Int { self.state.withLock { $0.bytes.count } }
    var hasEnded: Bool { self.state.withLock { $0.hasEnded } }

    func clear() { self.state.withLock { $0.bytes.removeAll() } }

    func wait(_ condition: @escaping @Sendable (String) -> Bool, _ promise: EventLoopPromise<String>) {
        self.state.withLock { $0.waiting.append((condition, promise)) }
        self.check()
    }

    func received(_ buffer: ByteBuffer) {
        self.state.withLock { $0.bytes.append(contentsOf: buffer.readableBytesView) }
        self.check()
    }

    func ended() {
        self.state.withLock { $0.hasEnded = true }
        self.check()
    }

    private func check() {
        // The text of much that came is not made for nobody.
        guard self.state.withLock({ !$0.waiting.isEmpty }) else { return }
        let (text, fulfilled) = self.state.withLock { state in
            let text = String(decoding: state.bytes, as: UTF8.self)
            let fulfilled = state.waiting.filter { state.hasEnded || $0.condition(text) }
            state.waiting.removeAll { state.hasEnded || $0.condition(text) }
            return (text, fulfilled)
        }
        for waiter in fulfilled { waiter.promise.succeed(text) }
    }
}

/// Moves what a channel receives into an inbox.
final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: Inbox

    init(inbox: Inbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.inbox.received(self.unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.inbox.ended()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { self.inbox.ended() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.inbox.ended()
        context.close(promise: nil)
    }
}
