import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks the admin listener of a running gateway.
struct AdminClient {
    /// Where it listens.
    struct Address: Equatable {
        let host: String
        let port: Int

        /// Reads `http://HOST:PORT`, with 80 as the default port; a path other than `/` is none.
        init?(_ url: String) {
            guard url.hasPrefix("http://") else { return nil }
            var rest = url.dropFirst("http://".count)
            if rest.hasSuffix("/") { rest.removeLast() }
            guard !rest.isEmpty, !rest.contains("/"), !rest.contains("@") else { return nil }
            var port = 80
            if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
                guard let number = Int(rest[rest.index(after: colon)...]), (1...65535).contains(number) else {
                    return nil
                }
                port = number
                rest = rest[..<colon]
            }
            if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
            guard !rest.isEmpty else { return nil }
            self.host = String(rest)
            self.port = port
        }
    }

    /// Why there is no answer.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let address: Address
    private let token: String?

    init(_ address: Address, token: String?) {
        self.address = address
        self.token = token
    }

    /// The body of a 200.
    func get(_ path: String) async throws -> [UInt8] {
        let (status, body) = try await self.send(path)
        switch status {
        case 200: return body
        case 401: throw Failure(description: "it asks for a token; give it with --token")
        default: throw Failure(description: "it answered \(status)")
        }
    }

    private func send(_ path: String) async throws -> (status: Int, body: [UInt8]) {
        let answer = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: (status: Int, body: [UInt8]).self)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(AnswerCollector(answer))
                }
            }
        do {
            let channel = try await bootstrap.connect(host: self.address.host, port: self.address.port).get()
            var fields = HTTPHeaders([("host", "\(self.address.host):\(self.address.port)"), ("connection", "close")])
            if let token { fields.add(name: "authorization", value: "Bearer \(token)") }
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: fields)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            try await channel.writeAndFlush(HTTPClientRequestPart.end(nil)).get()
        } catch {
            answer.fail(Failure(description: "no connection: \(error)"))
        }
        return try await answer.futureResult.get()
    }
}

/// Collects one answer; 10 s and 64 MiB are enough for any.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<(status: Int, body: [UInt8])>
    private var status = 0
    private var body: [UInt8] = []
    private var timer: Scheduled<Void>?

    init(_ answer: EventLoopPromise<(status: Int, body: [UInt8])>) { self.answer = answer }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        self.timer = context.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.status = Int(head.status.code)
        case .body(let part):
            self.body += part.readableBytesView
            if self.body.count > 64 << 20 { context.close(promise: nil) }
        case .end:
            self.answer.succeed((self.status, self.body))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.answer.fail(AdminClient.Failure(description: "the connection ended before the answer"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.answer.fail(AdminClient.Failure(description: "\(error)"))
        context.close(promise: nil)
    }
}
