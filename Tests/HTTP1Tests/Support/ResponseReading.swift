import FilterAPI
import HTTP1
import NIOCore

/// What a response parser came to, in comparable form.
enum ResponseOutcome: Equatable {
    case needMore
    case failed(HTTP1Error)
    case complete(ResponseSummary)

    var summary: ResponseSummary? {
        if case .complete(let summary) = self { summary } else { nil }
    }
}

struct ResponseSummary: Equatable {
    var status: Int
    var reason: String
    var fields: [Field]
    var kind: ResponseHeadInfo.Kind
    var version: HTTP1Version
    var framing: MessageFraming
    var contentLength: Int?
    var keepAlive: Bool
    var isWebSocketUpgrade: Bool
    /// What the parser left in the buffer.
    var rest: String

    init(_ head: ResponseHead, _ info: ResponseHeadInfo, rest: ByteBuffer) {
        self.status = head.status
        self.reason = head.reason?.withBytes(in: head.headers.wire) { latin1($0) } ?? "(standard)"
        self.fields = head.headers.rawFields
        self.kind = info.kind
        self.version = info.version
        self.framing = info.framing
        self.contentLength = info.contentLength
        self.keepAlive = info.keepAlive
        self.isWebSocketUpgrade = info.isWebSocketUpgrade
        self.rest = rest.text
    }
}

/// Feeds the pieces to a fresh parser until it says something else than that it needs more.
func readResponse(
    _ pieces: [[UInt8]],
    to method: HTTPMethod = .get,
    limits: HeadLimits = HeadLimits()
) -> ResponseOutcome {
    var parser = ResponseHeadParser()
    var head = ResponseHead(status: 200)
    var buffer = ByteBuffer()
    for (index, piece) in pieces.enumerated() {
        buffer.writeBytes(piece)
        switch parser.parse(&buffer, into: &head, requestMethod: method, limits: limits) {
        case .needMore: continue
        case .failed(let error): return .failed(error)
        case .complete(let info):
            for later in pieces[(index + 1)...] { buffer.writeBytes(later) }
            return .complete(ResponseSummary(head, info, rest: buffer))
        }
    }
    return .needMore
}

func readResponse(_ text: String, to method: HTTPMethod = .get, limits: HeadLimits = HeadLimits()) -> ResponseOutcome {
    readResponse([wire(text)], to: method, limits: limits)
}
