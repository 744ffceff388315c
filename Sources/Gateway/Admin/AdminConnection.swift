import FilterAPI
import NIOCore
import NIOHTTP1

/// One connection of an operator: checks the token, hands the request to the handler, writes the answer.
final class AdminConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let access: AdminAccess
    private let handler: AdminHandler
    private var head: HTTPRequestHead?
    /// Runs while the operator has to do something: send a request, or take an answer.
    private var deadline: Scheduled<Void>?

    init(access: AdminAccess, handler: AdminHandler) {
        self.access = access
        self.handler = handler
    }

    func channelActive(context: ChannelHandlerContext) {
        self.limit(self.access.rules.requestTimeout, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        context.fireChannelInactive()
    }

    /// Ends the connection when nothing has come of it in that time.
    private func limit(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            self.limit(self.access.rules.requestTimeout, context)
        case .body: break
        case .end:
            self.deadline?.cancel()
            guard let head = self.head else { return }
            self.head = nil
            self.answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard self.access.isOpen else { return context.close(promise: nil) }
        guard self.isAllowed(head) else {
            var refusal = AdminAnswer(status: 401, text: "unauthorized\n")
            refusal.headers = [("www-authenticate", "Bearer realm=\"sluice\"")]
            self.write(refusal, to: head, context)
            return
        }
        guard !self.access.rules.isReadOnly || head.method == .GET || head.method == .HEAD else {
            self.write(AdminAnswer(status: 403, text: "read only\n"), to: head, context)
            return
        }
        let path = String(head.uri.prefix { $0 != "?" })
        let call = AdminCall(
            method: head.method.rawValue,
            path: path,
            query: String(head.uri.dropFirst(path.count + 1)),
            accept: head.headers["accept"].joined(separator: ","),
            isFromPage: head.headers.contains(name: "origin")
        )
        let eventLoop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: eventLoop)
        let handler = self.handler
        eventLoop.makeFutureWithTask { await handler.answer(call) }
            .whenSuccess { answer in
                let (connection, context) = bound.value
                connection.write(answer, to: head, context)
            }
    }

    /// Compares the token in constant time; probes of health need none.
    private func isAllowed(_ head: HTTPRequestHead) -> Bool {
        let path = head.uri.prefix { $0 != "?" }
        guard let token = self.access.rules.token, path != "/healthz", path != "/readyz" else { return true }
        // The scheme's name has no case (RFC 9110, section 11.1).
        let scheme = Array("bearer ".utf8)
        let wanted = scheme + Array(token.reveal().utf8)
        var given = Array((head.headers.first(name: "authorization") ?? "").utf8)
        for index in given.indices.prefix(scheme.count) where (0x41...0x5A).contains(given[index]) {
            given[index] |= 0x20
        }
        var difference = UInt8(wanted.count == given.count ? 0 : 1)
        for index in wanted.indices { difference |= wanted[index] ^ (index < given.count ? given[index] : 0) }
        return difference == 0
    }

    private func write(_ answer: AdminAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else {
            answer.afterwards?()
            return
        }
        self.limit(self.access.rules.keepAliveTimeout, context)
        let keepsAlive = request.isKeepAlive && self.access.isOpen && answer.afterwards == nil
        var headers = HTTPHeaders([("content-type", answer.contentType)])
        headers.add(name: "content-length", value: "\(answer.body.utf8.count)")
        for (name, value) in answer.headers { headers.add(name: name, value: value) }
        if let allow = answer.allow { headers.add(name: "allow", value: allow) }
        if !keepsAlive { headers.add(name: "connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(
            self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
            promise: nil
        )
        if request.method != .HEAD {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        }
        let done = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        if !keepsAlive { done.futureResult.whenComplete { _ in bound.value.close(promise: nil) } }
        if let afterwards = answer.afterwards { done.futureResult.whenComplete { _ in afterwards() } }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: done)
    }
}
