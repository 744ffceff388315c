import FilterAPI
import HTTP1
import NIOCore

/// What a request parser came to, in comparable form.
enum RequestOutcome: Equatable {
    case needMore
    case failed(HTTP1Error)
    case complete(RequestSummary)

    var summary: RequestSummary? {
        if case .complete(let summary) = self { summary } else { nil }
    }
}

struct RequestSummary: Equatable {
    var method: String
    var target: String
    var host: String
    var fields: [Field]
    var version: HTTP1Version
    var framing: MessageFraming
    var keepAlive: Bool
    var expectsContinue: Bool
    var upgrade: String?
    var isWebSocketUpgrade: Bool
    var isAbsoluteForm: Bool
    /// What the parser left in the buffer.
    var rest: String

    init(_ head: RequestHead, _ info: RequestHeadInfo, rest: ByteBuffer) {
        self.method = head.method.rawValue
        self.target = head.path
        self.host = head.authority
        self.fields = head.headers.rawFields
        self.version = info.version
        self.framing = info.framing
        self.keepAlive = info.keepAlive
        self.expectsContinue = info.expectsContinue
        self.upgrade = info.upgrade?.string(in: head.headers.wire)
        self.isWebSocketUpgrade = info.isWebSocketUpgrade
        self.isAbsoluteForm = info.isAbsoluteForm
        self.rest = rest.text
    }
}

extension HeaderFields {
    /// The fields with the bytes of their values as characters.
    var rawFields: [Field] {
        self.entries.indices.map { index in
            Field(self.name(at: index), self.withValueBytes(at: index) { latin1($0) })
        }
    }
}

/// Feeds the pieces to a fresh parser until it says something else than that it needs more.
func readRequest(_ pieces: [[UInt8]], limits: HeadLimits = HeadLimits()) -> RequestOutcome {
    var parser = RequestHeadParser()
    var head = RequestHead()
    var buffer = ByteBuffer()
    for (index, piece) in pieces.enumerated() {
        buffer.writeBytes(piece)
        switch parser.parse(&buffer, into: &head, limits: limits) {
        case .needMore: continue
        case .failed(let error): return .failed(error)
        case .complete(let info):
            for later in pieces[(index + 1)...] { buffer.writeBytes(later) }
            return .complete(RequestSummary(head, info, rest: buffer))
        }
    }
    return .needMore
}

func readRequest(_ text: String, limits: HeadLimits = HeadLimits()) -> RequestOutcome {
    readRequest([wire(text)], limits: limits)
}
