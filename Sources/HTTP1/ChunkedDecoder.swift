import FilterAPI
package import NIOCore

/// Takes a chunked body apart (RFC 9112, section 7.1), a state machine over the received bytes.
///
/// Framing is consumed byte by byte as it arrives, and data is handed on as slices as soon as any of it has arrived.
package struct ChunkedDecoder: Sendable {
    private var state = State.size(ChunkLineParser())
    /// The framing bytes that the data received so far does not justify, as in Go's `net/http`: a peer that sends one
    /// byte a chunk, each with extensions, costs more to parse than its data is worth.
    private var excess = 0
    private let limits: BodyLimits

    private enum State {
        case size(ChunkLineParser)
        /// So many bytes of the chunk are missing.
        case data(Int)
        case dataCarriageReturn
        case dataLineFeed
        // Apart, since the state is looked at for every byte of framing.
        indirect case trailers(FieldSectionParser, HeaderFields)
        case ended
        case failed(HTTP1Error)
    }

    package init(limits: BodyLimits = BodyLimits()) { self.limits = limits }

    /// Consumes what the next event covers; a body that was refused stays refused.
    package mutating func next(_ buffer: inout ByteBuffer) -> BodyEvent {
        let event = self.nextEvent(&buffer)
        if case .failed(let error) = event { self.state = .failed(error) }
        return event
    }

    private mutating func nextEvent(_ buffer: inout ByteBuffer) -> BodyEvent {
        while true {
            switch self.state {
            case .size(var line):
                switch line.parse(&buffer, limits: self.limits) {
                case .needMore:
                    self.state = .size(line)
                    return .needMore
                case .failed(let error): return .failed(error)
                case .complete(let size, let lineBytes):
                    guard self.account(size, lineBytes) else { return .failed(.chunkOverheadTooLarge) }
                    let section = FieldSectionParser(start: 0, interprets: false)
                    self.state = size > 0 ? .data(size) : .trailers(section, HeaderFields())
                }
            case .data(let missing):
                guard let piece = buffer.readSlice(length: min(missing, buffer.readableBytes)),
                    piece.readableBytes > 0
                else { return .needMore }
                let rest = missing - piece.readableBytes
                self.state = rest > 0 ? .data(rest) : self.stateAfterData(&buffer)
                return .data(piece)
            case .dataCarriageReturn:
                guard let byte = buffer.readInteger(as: UInt8.self) else { return .needMore }
                guard byte == .carriageReturn else { return .failed(.invalidChunkEnding) }
                self.state = .dataLineFeed
            case .dataLineFeed:
                guard let byte = buffer.readInteger(as: UInt8.self) else { return .needMore }
                guard byte == .lineFeed else { return .failed(.invalidChunkEnding) }
                self.state = .size(ChunkLineParser())
            case .trailers(let section, let fields):
                self.state = .ended
                return self.parseTrailers(section, fields, &buffer)
            case .ended:
                return .end(trailers: nil)
            case .failed(let error):
                return .failed(error)
            }
        }
    }

    /// Takes the line ending together with the data that it follows, where both have arrived.
    private func stateAfterData(_ buffer: inout ByteBuffer) -> State {
        guard buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A else { return .dataCarriageReturn }
        buffer.moveReaderIndex(forwardBy: 2)
        return .size(ChunkLineParser())
    }

    /// Whether the overhead is still in proportion.
    private mutating func account(_ size: Int, _ lineBytes: Int) -> Bool {
        self.excess = max(0, self.excess + lineBytes + 2 - 16 - min(size, 1 << 30) * 2)
        return self.excess <= self.limits.overheadBytes
    }

    private mutating func parseTrailers(
        _ section: FieldSectionParser,
        _ fields: HeaderFields,
        _ buffer: inout ByteBuffer
    ) -> BodyEvent {
        var section = section
        var fields = fields
        let progress = buffer.withUnsafeReadableBytes { readable -> FieldSectionParser.Progress in
            guard let bytes = WireBytes(readable) else { return .needMore }
            return section.parse(
                bytes,
                limits: self.limits.trailers,
                names: HeaderNameTable.shared,
                into: &fields.entries
            )
        }
        switch progress {
        case .failed(let error): return .failed(error)
        case .needMore:
            self.state = .trailers(section, fields)
            return .needMore
        case .complete(let end):
            guard let wire = buffer.readSlice(length: end) else { return .needMore }
            guard !fields.isEmpty else { return .end(trailers: nil) }
            fields.wire = wire
            fields.removeForbiddenTrailers()
            return .end(trailers: fields.isEmpty ? nil : fields)
        }
    }
}
