import FilterAPI
import NIOCore

/// Sends a GET the way that requests go, TLS and HTTP/2 included, and expects a status from 200 to 299.
final class HTTPHealthProbe: HealthProbe {
    /// How much of an answer is read; one that is longer costs its connection.
    private static let mostBodyBytes = 64 << 10

    private let client: ServiceClient
    private let path: String
    private var exchange: (any UpstreamExchange)?
    private var answer: ((Bool?) -> Void)?
    private var status = 0
    private var bodyBytes = 0

    /// - Parameter client: Of the endpoint alone.
    init(_ client: ServiceClient, path: String) {
        self.client = client
        self.path = path
    }

    func begin(_ answer: @escaping (Bool?) -> Void) {
        self.answer = answer
        status = 0
        bodyBytes = 0
        var head = RequestHead(method: .get, headers: [.userAgent: "sluice-health-check"])
        head.path = path
        head.authority = client.definition.defaultHost
        let exchange = client.begin(request: head, framing: .none, receiver: self)
        self.exchange = exchange
        exchange.flush()
    }

    func cancel() {
        answer = nil
        exchange?.cancel()
        exchange = nil
    }

    func stop() {
        cancel()
        _ = client.close()
    }

    private func finish(_ hasPassed: Bool?) {
        let answer = self.answer
        self.answer = nil
        exchange = nil
        answer?(hasPassed)
    }
}

extension HTTPHealthProbe: UpstreamReceiver {
    func upstreamConnected(to endpoint: String) {}

    func upstreamInformational(_ head: ResponseHead) {}

    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) { status = head.status }

    func upstreamBody(_ chunk: ByteBuffer) {
        bodyBytes += chunk.readableBytes
        guard bodyBytes > HTTPHealthProbe.mostBodyBytes else { return }
        exchange?.cancel()
        finish((200..<300).contains(status))
    }

    func upstreamEnd(trailers: HeaderFields?) { finish((200..<300).contains(status)) }

    func upstreamReadComplete() {}

    /// A probe has no circuit breaker: only descriptors can be short.
    func upstreamFailed(_ failure: UpstreamFailure) { finish(failure.code == .overload ? nil : false) }

    func upstreamWritabilityChanged(isWritable: Bool) {}
}
