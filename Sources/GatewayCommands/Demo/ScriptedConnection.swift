import NIOCore
import NIOHTTP1

/// One connection to the scripted upstream: collects a request, and sends the model's answer part by part.
final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The longest body that is read; a longer one is answered with 413.
    static let maximumBodyBytes = 8 << 20

    private let model: ScriptedModel
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLong = false

    init(model: ScriptedModel) {
        self.model = model
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            self.body = []
            self.isTooLong = false
        case .body(let part):
            self.isTooLong = self.isTooLong || self.body.count + part.readableBytes > Self.maximumBodyBytes
            if !self.isTooLong { self.body += part.readableBytesView }
        case .end:
            guard let head = self.head else { return }
            self.head = nil
            self.send(self.reply(to: head), for: head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func reply(to head: HTTPRequestHead) -> ScriptedReply {
        if self.isTooLong { return .error(413, "The request has more than \(Self.maximumBodyBytes) bytes.") }
        let path = String(head.uri.prefix { $0 != "?" })
        return self.model.reply(method: head.method.rawValue, path: path, body: self.body)
    }

    private func send(_ reply: ScriptedReply, for request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders([("content-type", reply.contentType)])
        if let length = reply.contentLength { headers.add(name: "content-length", value: "\(length)") }
        if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: reply.status),
            headers: headers
        )
        self.sendParts(reply.parts[...], after: head, keepsAlive: request.isKeepAlive, context)
    }

    /// Sends the parts that are left; the head goes out together with the first, when the model has thought.
    private func sendParts(
        _ parts: ArraySlice<ScriptedReply.Part>,
        after head: HTTPResponseHead?,
        keepsAlive: Bool,
        _ context: ChannelHandlerContext
    ) {
        guard let part = parts.first else {
            self.finish(keepsAlive: keepsAlive, context)
            return
        }
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(part.delay)) {
            guard context.channel.isActive else { return }
            if let head { context.write(self.wrapOutboundOut(.head(head)), promise: nil) }
            let body = context.channel.allocator.buffer(string: part.text)
            context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            self.sendParts(parts.dropFirst(), after: nil, keepsAlive: keepsAlive, context)
        }
    }

    private func finish(keepsAlive: Bool, _ context: ChannelHandlerContext) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        if !keepsAlive {
            sent.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: sent)
    }
}
