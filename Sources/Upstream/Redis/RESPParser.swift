package import NIOCore

/// Turns received bytes into values, wherever the network cut them.
///
/// What has been read is never read again: open aggregates wait on an explicit stack, so that a reply in a million
/// pieces costs the same as in one, and nesting costs no stack of the thread.
package struct RESPParser: Sendable {
    private let limits: RESPLimits
    private var buffer = ByteBuffer()
    private var openAggregates: [RESPAggregate] = []
    private var awaitedBlob: Blob?
    /// Bytes at the front of the buffer that are known to hold no end of line.
    private var searchedBytes = 0
    private var valuesInReply = 0
    private var bytesInReply = 0
    private var failure: RESPParseError?

    package init(limits: RESPLimits = RESPLimits()) {
        self.limits = limits
    }

    package mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole value; nil when more bytes are needed. After an error every call throws the same one.
    package mutating func next() throws(RESPParseError) -> RESPValue? {
        if let failure { throw failure }
        do throws(RESPParseError) {
            while let step = try takeStep() {
                if case .value(let value) = step, let whole = close(with: value) {
                    (valuesInReply, bytesInReply) = (0, 0)
                    return whole
                }
            }
            return nil
        } catch {
            failure = error
            buffer = ByteBuffer()
            openAggregates = []
            throw error
        }
    }
}

extension RESPParser {
    private enum Step {
        case value(RESPValue)
        case opened
    }

    private struct Blob {
        enum Kind { case bulkString, error, verbatimString }
        let kind: Kind
        let length: Int
    }

    private mutating func takeStep() throws(RESPParseError) -> Step? {
        if let awaitedBlob { return try take(awaitedBlob) }
        guard let line = try takeLine() else { return nil }
        guard let type = line.readableBytesView.first else { throw .malformedLine }
        try charge(bytes: line.readableBytes)
        return try step(type: type, text: line.getSlice(at: line.readerIndex + 1, length: line.readableBytes - 1))
    }

    /// A line without its CR LF; nil while its end has not arrived.
    private mutating func takeLine() throws(RESPParseError) -> ByteBuffer? {
        let view = buffer.readableBytesView
        let end = view.dropFirst(searchedBytes).firstIndex { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        let length = (end ?? view.endIndex) - view.startIndex
        guard length <= limits.maximumLineLength else { throw .lineTooLong(limit: limits.maximumLineLength) }
        searchedBytes = length
        guard let end else { return nil }
        guard view[end] == UInt8(ascii: "\r") else { throw .malformedLine }
        guard end + 1 < view.endIndex else { return nil }
        guard view[end + 1] == UInt8(ascii: "\n") else { throw .malformedLine }
        searchedBytes = 0
        let line = buffer.readSlice(length: length)
        buffer.moveReaderIndex(forwardBy: 2)
        return line
    }

    private mutating func step(type: UInt8, text: ByteBuffer?) throws(RESPParseError) -> Step? {
        guard let text else { throw .malformedLine }
        switch type {
        case UInt8(ascii: "$"): return try expect(.bulkString, text)
        case UInt8(ascii: "!"): return try expect(.error, text)
        case UInt8(ascii: "="): return try expect(.verbatimString, text)
        case UInt8(ascii: "*"): return try open(.array, text)
        case UInt8(ascii: "%"): return try open(.map, text)
        case UInt8(ascii: "~"): return try open(.set, text)
        case UInt8(ascii: ">"): return try open(.push, text)
        case UInt8(ascii: "|"): return try open(.attribute, text)
        default: return .value(try scalar(type: type, text: text))
        }
    }

    private func scalar(type: UInt8, text: ByteBuffer) throws(RESPParseError) -> RESPValue {
        let bytes = text.readableBytesView
        switch type {
        case UInt8(ascii: "+"): return .simpleString(text)
        case UInt8(ascii: "-"): return .error(text)
        case UInt8(ascii: ":"):
            guard let integer = RESPNumber.integer(bytes) else { throw .malformedNumber }
            return .integer(integer)
        case UInt8(ascii: ","):
            guard let double = RESPNumber.double(bytes) else { throw .malformedNumber }
            return .double(double)
        case UInt8(ascii: "("):
            guard RESPNumber.isInteger(bytes) else { throw .malformedNumber }
            return .bigNumber(text)
        case UInt8(ascii: "#"):
            switch bytes.first {
            case UInt8(ascii: "t") where bytes.count == 1: return .boolean(true)
            case UInt8(ascii: "f") where bytes.count == 1: return .boolean(false)
            default: throw .malformedLine
            }
        case UInt8(ascii: "_"):
            guard bytes.isEmpty else { throw .malformedLine }
            return .null
        case UInt8(ascii: ";"), UInt8(ascii: "."): throw .streamedTypeUnsupported
        default: throw .unknownType(type)
        }
    }
}

extension RESPParser {
    private mutating func expect(_ kind: Blob.Kind, _ text: ByteBuffer) throws(RESPParseError) -> Step? {
        guard let length = try announced(text, limit: limits.maximumBulkLength, RESPParseError.bulkTooLong) else {
            guard kind == .bulkString else { throw .malformedLength }
            return .value(.null)
        }
        try charge(bytes: length)
        let blob = Blob(kind: kind, length: length)
        awaitedBlob = blob
        return try take(blob)
    }

    private mutating func take(_ blob: Blob) throws(RESPParseError) -> Step? {
        guard buffer.readableBytes >= blob.length + 2 else { return nil }
        let terminator = buffer.getInteger(at: buffer.readerIndex + blob.length, as: UInt16.self)
        guard terminator == 0x0D0A, let payload = buffer.readSlice(length: blob.length) else {
            throw .missingTerminator
        }
        buffer.moveReaderIndex(forwardBy: 2)
        awaitedBlob = nil
        switch blob.kind {
        case .bulkString: return .value(.bulkString(payload))
        case .error: return .value(.error(payload))
        case .verbatimString:
            guard let verbatim = RESPVerbatimString(payload: payload) else { throw .malformedVerbatimString }
            return .value(.verbatimString(verbatim))
        }
    }

    private mutating func open(_ kind: RESPAggregate.Kind, _ text: ByteBuffer) throws(RESPParseError) -> Step? {
        guard let count = try announced(text, limit: limits.maximumValues, RESPParseError.tooManyValues) else {
            guard kind == .array else { throw .malformedLength }
            return .value(.null)
        }
        guard kind != .push || openAggregates.isEmpty else { throw .pushInsideAggregate }
        guard openAggregates.count < limits.maximumDepth else { throw .nestedTooDeep(limit: limits.maximumDepth) }
        let aggregate = RESPAggregate(kind, count: count)
        try charge(values: aggregate.missing + 1)
        guard !aggregate.isComplete else { return aggregate.value.map(Step.value) ?? .opened }
        openAggregates.append(aggregate)
        return .opened
    }

    /// Puts a value into the innermost open aggregate; the outermost when that completes it, else nil.
    private mutating func close(with value: RESPValue) -> RESPValue? {
        var value = value
        while var aggregate = openAggregates.popLast() {
            aggregate.append(value)
            guard aggregate.isComplete else {
                openAggregates.append(aggregate)
                return nil
            }
            // An attribute is complete without being a value of its own: what it describes still follows.
            guard let completed = aggregate.value else { return nil }
            value = completed
        }
        return value
    }

    /// A length or count up to `limit`; nil for -1, the null of RESP2.
    private func announced(
        _ text: ByteBuffer,
        limit: Int,
        _ excess: (Int) -> RESPParseError
    ) throws(RESPParseError) -> Int? {
        let bytes = text.readableBytesView
        if bytes.first == UInt8(ascii: "?") { throw .streamedTypeUnsupported }
        guard RESPNumber.isInteger(bytes) else { throw .malformedLength }
        guard let length = RESPNumber.integer(bytes) else { throw .malformedLength }
        if length == -1 { return nil }
        guard length >= 0 else { throw .malformedLength }
        guard length <= limit else { throw excess(limit) }
        return Int(length)
    }

    private mutating func charge(bytes: Int) throws(RESPParseError) {
        bytesInReply += bytes + 2
        guard bytesInReply <= limits.maximumReplyLength else { throw .replyTooLong(limit: limits.maximumReplyLength) }
    }

    private mutating func charge(values: Int) throws(RESPParseError) {
        valuesInReply += values
        guard valuesInReply <= limits.maximumValues else { throw .tooManyValues(limit: limits.maximumValues) }
    }
}
