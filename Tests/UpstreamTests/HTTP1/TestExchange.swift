import FilterAPI
import NIOCore
import Synchronization

@testable import Upstream

/// How much of a body was delivered.
final class Delivered: Sendable {
    private let bytes = Mutex(0)
    /// Whether the bytes become events too.
    let keepsBytes: Bool

    init(keepsBytes: Bool) { self.keepsBytes = keepsBytes }

    var count: Int { bytes.withLock { $0 } }
    func add(_ count: Int) { bytes.withLock { $0 += count } }
}

/// One exchange as a test drives it, from any thread.
final class TestExchange: Sendable {
    /// A response as a whole.
    struct Response: Equatable {
        var status = 0
        var headers: [String: String] = [:]
        var body = ""
        var trailers: [String: String] = [:]
        var failure: UpstreamFailure.Code?
        var message = ""
    }

    let delivered: Delivered
    private let events: AsyncStream<ExchangeEvent>
    private let exchange: NIOLoopBoundBox<any UpstreamExchange>
    private let eventLoop: any EventLoop

    init(
        _ exchange: any UpstreamExchange,
        _ events: AsyncStream<ExchangeEvent>,
        _ delivered: Delivered,
        on eventLoop: any EventLoop
    ) {
        self.exchange = NIOLoopBoundBox(exchange, eventLoop: eventLoop)
        self.events = events
        self.delivered = delivered
        self.eventLoop = eventLoop
    }

    /// The next event; `nil` after the last one.
    func next() async -> ExchangeEvent? {
        var iterator = events.makeAsyncIterator()
        return await iterator.next()
    }

    /// Everything up to the end.
    func response() async -> Response {
        var response = Response()
        while let event = await next() {
            switch event {
            case .connected, .informational, .writable: break
            case .head(let status, let headers, _): (response.status, response.headers) = (status, headers)
            case .body(let text): response.body += text
            case .end(let trailers): response.trailers = trailers
            case .failed(let code, let message): (response.failure, response.message) = (code, message)
            }
        }
        return response
    }

    /// Calls the exchange on its event loop.
    @discardableResult
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (any UpstreamExchange) -> Result
    ) async throws -> Result {
        let exchange = self.exchange
        return try await eventLoop.submit { body(exchange.value) }.get()
    }
}
