import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP/1 server on a free port that answers as a closure says and keeps what it was sent.
package final class ScriptedUpstream: Sendable {
    /// A request as it arrived.
    package struct Request: Sendable {
        package let method: String
        package let uri: String
        package let headers: HTTPHeaders
        package let body: String
    }

    /// An answer: parts are sent one by one.
    package struct Answer: Sendable {
        package var status: Int
        package var headers: HTTPHeaders
        package var parts: [String]
        /// Whether the connection is cut after the parts instead of ending the response.
        package var isCutOff = false

        package init(status: Int = 200, headers: HTTPHeaders = [:], parts: [String]) {
            self.status = status
            self.headers = headers
            self.parts = parts
        }

        /// A whole body with its length.
        package init(status: Int = 200, headers: HTTPHeaders = [:], body: String) {
            self.init(status: status, headers: headers, parts: [body])
            self.headers.replaceOrAdd(name: "content-length", value: "\(body.utf8.count)")
        }
    }

    package typealias Script = @Sendable (Request) async -> Answer

    private let channel: any Channel
    private let recorder: Recorder

    /// Starts a server.
    ///
    /// - Parameter port: Where it listens; default a free port.
    package static func start(port: Int = 0, _ script: @escaping Script) async throws -> ScriptedUpstream {
        let recorder = Recorder()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    recorder.connected()
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ScriptedConnection(script, recorder))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return ScriptedUpstream(channel: channel, recorder: recorder)
    }

    private init(channel: any Channel, recorder: Recorder) {
        self.channel = channel
        self.recorder = recorder
    }

    package var port: Int { self.channel.localAddress?.port ?? 0 }
    /// `127.0.0.1:PORT`.
    package var endpoint: String { "127.0.0.1:\(self.port)" }
    /// The requests in the order in which they were complete.
    package var requests: [Request] { self.recorder.requests }
    /// How many connections were opened.
    package var connectionCount: Int { self.recorder.connections }

    package func stop() async { try? await self.channel.close() }
}

/// What a scripted upstream has seen.
private final class Recorder: Sendable {
    private let state = Mutex<(requests: [ScriptedUpstream.Request], connections: Int)>(([], 0))

    var requests: [ScriptedUpstream.Request] { self.state.withLock { $0.requests } }
    var connections: Int { self.state.withLock { $0.connections } }

    func connected() { self.state.withLock { $0.connections += 1 } }
    func received(_ request: ScriptedUpstream.Request) { self.state.withLock { $0.requests.append(request) } }
}

/// One connection to a scripted upstream.
private final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: ScriptedUpstream.Script
    private let recorder: Recorder
    private var head: HTTPRequestHead?
    private var body = ""

    init(_ script: @escaping ScriptedUpstream.Script, _ recorder: Recorder) {
        self.script = script
        self.recorder = recorder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            self.body = ""
        case .body(let part): self.body += String(buffer: part)
        case .end: self.answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head = self.head else { return }
        let request = ScriptedUpstream.Request(
            method: head.method.rawValue,
            uri: head.uri,
            headers: head.headers,
            body: self.body
        )
        self.recorder.received(request)
        let script = self.script
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask { await script(request) }.whenSuccess { answer in
            let (connection, context) = bound.value
            connection.write(answer, to: head, context)
        }
    }

    private func write(_ answer: ScriptedUpstream.Answer, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let response = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: answer.status),
            headers: answer.headers
        )
        context.write(self.wrapOutboundOut(.head(response)), promise: nil)
        for part in answer.parts where head.method != .HEAD && !part.isEmpty {
            context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: part)))), promise: nil)
        }
        if answer.isCutOff {
            context.close(promise: nil)
        } else {
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
