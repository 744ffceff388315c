package import FilterAPI
package import NIOCore

/// What a body decoder found.
package enum BodyEvent: Sendable {
    /// Nothing more without further bytes.
    case needMore
    /// A piece of the body, never empty: a slice of the received bytes.
    case data(ByteBuffer)
    /// The body has ended; the trailers, when there are any. What is left in the buffer belongs to the next message.
    case end(trailers: HeaderFields?)
    /// The body is malformed; nothing further on the connection may be parsed.
    case failed(HTTP1Error)
}

/// Takes a message's body out of the received bytes, whatever delimits it.
package enum BodyDecoder: Sendable {
    /// So many bytes are missing.
    case length(Int)
    /// Chunks.
    case chunked(ChunkedDecoder)
    /// Everything until the connection ends.
    case untilClose
    /// The body has ended, or there was none.
    case ended

    /// Makes the decoder that a head calls for.
    package init(_ framing: MessageFraming, limits: BodyLimits = BodyLimits()) {
        switch framing {
        case .none, .length(0): self = .ended
        case .length(let length): self = .length(length)
        case .chunked: self = .chunked(ChunkedDecoder(limits: limits))
        case .untilClose: self = .untilClose
        }
    }

    /// Whether `end` has been reported, or no body was announced.
    package var hasEnded: Bool {
        if case .ended = self { true } else { false }
    }

    /// The bytes that are known to be missing; `nil` when only the sender knows.
    package var missingBytes: Int? {
        switch self {
        case .length(let length): length
        case .ended: 0
        case .chunked, .untilClose: nil
        }
    }

    /// Consumes what the next event covers; call it until it asks for more or the body ends.
    ///
    /// - Parameter buffer: The received bytes, consumed as far as they are understood. While it answers `needMore` the
    ///   buffer may only grow.
    package mutating func next(_ buffer: inout ByteBuffer) -> BodyEvent {
        switch self {
        case .ended:
            return .end(trailers: nil)
        case .untilClose:
            return buffer.readSlice(length: buffer.readableBytes).nonEmptyData ?? .needMore
        case .length(let missing):
            guard missing > 0 else {
                self = .ended
                return .end(trailers: nil)
            }
            let piece = buffer.readSlice(length: min(missing, buffer.readableBytes))
            self = .length(missing - (piece?.readableBytes ?? 0))
            return piece.nonEmptyData ?? .needMore
        case .chunked(var decoder):
            // Let go of the other reference, lest half-read trailers are copied.
            self = .ended
            let event = decoder.next(&buffer)
            if case .end = event { return event }
            self = .chunked(decoder)
            return event
        }
    }

    /// What is wrong with the part of the body in `received`, found on copies: nothing is consumed.
    ///
    /// As long as the head was not passed on, its sender, or its receiver, can be told of it in a response.
    package func error(in received: ByteBuffer) -> HTTP1Error? {
        var (decoder, bytes) = (self, received)
        while true {
            switch decoder.next(&bytes) {
            case .data: continue
            case .failed(let error): return error
            case .needMore, .end: return nil
            }
        }
    }

    /// Says what it means that the connection ended here: the end of an `untilClose` body, else a truncated one.
    ///
    /// Call it after ``next(_:)`` asked for more.
    package mutating func receivedEndOfConnection() -> BodyEvent {
        switch self {
        case .ended, .untilClose, .length(0):
            self = .ended
            return .end(trailers: nil)
        case .length, .chunked:
            return .failed(.truncatedBody)
        }
    }
}

extension ByteBuffer? {
    fileprivate var nonEmptyData: BodyEvent? {
        guard let self, self.readableBytes > 0 else { return nil }
        return .data(self)
    }
}
