import FilterAPI
import NIOCore

@testable import Upstream

/// What a receiver was told, as values.
enum ExchangeEvent: Sendable, Equatable {
    case connected(String)
    case informational(Int)
    case head(Int, [String: String], hasBody: Bool)
    case body(String)
    case end([String: String])
    case failed(UpstreamFailure.Code, String)
    case writable(Bool)
}

/// Turns what a receiver is told into a stream of events.
final class ExchangeRecorder: UpstreamReceiver {
    private let events: AsyncStream<ExchangeEvent>.Continuation
    private let delivered: Delivered

    init(_ events: AsyncStream<ExchangeEvent>.Continuation, _ delivered: Delivered) {
        self.events = events
        self.delivered = delivered
    }

    func upstreamConnected(to endpoint: String) { events.yield(.connected(endpoint)) }

    func upstreamInformational(_ head: ResponseHead) { events.yield(.informational(head.status)) }

    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) {
        let fields = Dictionary(head.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
        events.yield(.head(head.status, fields, hasBody: hasBody))
    }

    func upstreamBody(_ chunk: ByteBuffer) {
        delivered.add(chunk.readableBytes)
        if delivered.keepsBytes { events.yield(.body(String(buffer: chunk))) }
    }

    func upstreamEnd(trailers: HeaderFields?) {
        let fields = Dictionary((trailers ?? [:]).map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
        events.yield(.end(fields))
        events.finish()
    }

    func upstreamReadComplete() {}

    func upstreamFailed(_ failure: UpstreamFailure) {
        events.yield(.failed(failure.code, failure.message))
        events.finish()
    }

    func upstreamWritabilityChanged(isWritable: Bool) { events.yield(.writable(isWritable)) }
}
