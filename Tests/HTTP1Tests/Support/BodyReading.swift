import FilterAPI
import HTTP1
import NIOCore

/// What a body decoder came to, in comparable form.
struct BodyOutcome: Equatable {
    enum End: Equatable {
        case needMore
        case ended
        case failed(HTTP1Error)
    }

    var data = ""
    var end = End.needMore
    var trailers: [Field] = []
    /// What the decoder left in the buffer.
    var rest = ""
}

/// Feeds the pieces to a fresh decoder until the body ends or is refused.
func readBody(
    _ pieces: [[UInt8]],
    framing: MessageFraming = .chunked,
    limits: BodyLimits = BodyLimits()
) -> BodyOutcome {
    var decoder = BodyDecoder(framing, limits: limits)
    var buffer = ByteBuffer()
    var outcome = BodyOutcome()
    for (index, piece) in pieces.enumerated() {
        buffer.writeBytes(piece)
        outcome.receive(from: &decoder, &buffer)
        guard outcome.end == .needMore else {
            for later in pieces[(index + 1)...] { buffer.writeBytes(later) }
            if outcome.end == .ended { outcome.rest = buffer.text }
            return outcome
        }
    }
    return outcome
}

func readBody(_ text: String, framing: MessageFraming = .chunked, limits: BodyLimits = BodyLimits()) -> BodyOutcome {
    readBody([wire(text)], framing: framing, limits: limits)
}

extension BodyOutcome {
    /// Takes everything that the buffer holds of the body.
    mutating func receive(from decoder: inout BodyDecoder, _ buffer: inout ByteBuffer) {
        while true {
            switch decoder.next(&buffer) {
            case .needMore: return
            case .data(let piece): self.data += piece.text
            case .end(let trailers):
                self.end = .ended
                self.trailers = trailers?.rawFields ?? []
                return
            case .failed(let error):
                self.end = .failed(error)
                return
            }
        }
    }
}
