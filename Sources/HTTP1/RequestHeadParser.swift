package import FilterAPI
package import NIOCore

/// Parses request heads of one connection in place: fields become offsets into the received bytes.
///
/// Strict (RFC 9112): whatever two parties could read differently is refused. The first offending byte decides the
/// error, however the bytes were cut into reads, and it is reported when its line ends at the latest.
package struct RequestHeadParser: Sendable {
    private var stage = Stage.start
    private var hasSkippedEmptyLine = false
    private var line = RequestLineParser()
    private var section = FieldSectionParser(start: 0, interprets: true)
    /// The authority's offsets in a target of absolute form.
    private var absoluteAuthority: Range<Int>?

    private enum Stage: Equatable {
        case start, line, fields
        case failed(HTTP1Error)
    }

    package init() {}

    /// Whether a part of a head has been seen: the connection is no longer idle, though its head may never end.
    package var isInHead: Bool { self.stage != .start }

    /// The version of the last head, also of one that was refused; HTTP/1.1 until it is known.
    package var version: HTTP1Version { self.line.version }

    /// Parses as much of a head as has arrived.
    ///
    /// - Parameters:
    ///   - buffer: The received bytes. They are consumed when the head is complete, so until then the buffer may only
    ///     grow. One empty line before a head is consumed at once (RFC 9112, section 2.2).
    ///   - head: The same value for all attempts at one head. It is reset at the first one, except for its scheme. On
    ///     success it is filled; on failure it holds what was understood, for the access log: an
    ///     unknown method, target or host is empty.
    ///   - limits: The limits.
    package mutating func parse(
        _ buffer: inout ByteBuffer,
        into head: inout RequestHead,
        limits: HeadLimits
    ) -> HeadParseResult<RequestHeadInfo> {
        if case .failed(let error) = self.stage { return .failed(error) }
        let result = self.parseHead(&buffer, &head, limits)
        if case .failed(let error) = result { self.stage = .failed(error) }
        return result
    }

    @inline(__always)
    private mutating func parseHead(
        _ buffer: inout ByteBuffer,
        _ head: inout RequestHead,
        _ limits: HeadLimits
    ) -> HeadParseResult<RequestHeadInfo> {
        if case .start = self.stage {
            switch self.begin(&buffer, &head) {
            case .some(let result): return result
            case .none: self.stage = .line
            }
        }
        let names = HeaderNameTable.shared
        let progress = buffer.withUnsafeReadableBytes { readable -> FieldSectionParser.Progress in
            guard let bytes = WireBytes(readable) else { return .needMore }
            if case .line = self.stage {
                switch self.line.parse(bytes, limit: limits.startLineBytes) {
                case .needMore: return .needMore
                case .failed(let error):
                    if self.line.targetEnd > 0 { _ = self.interpretTarget(bytes, &head) }
                    return .failed(error)
                case .complete(let end):
                    if let error = self.interpretTarget(bytes, &head) { return .failed(error) }
                    self.section = FieldSectionParser(start: end, interprets: true)
                    self.stage = .fields
                }
            }
            return self.section.parse(bytes, limits: limits, names: names, into: &head.headers.entries)
        }
        switch progress {
        case .needMore: return .needMore
        case .failed(let error): return self.fail(error, buffer, &head)
        case .complete(let end): return self.complete(end, &buffer, &head)
        }
    }

    /// Answers a result when there is nothing to parse yet.
    private mutating func begin(
        _ buffer: inout ByteBuffer,
        _ head: inout RequestHead
    ) -> HeadParseResult<RequestHeadInfo>? {
        guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return .needMore }
        self.reset(&head)
        if first == .carriageReturn {
            guard let second = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt8.self) else { return .needMore }
            guard second == .lineFeed else { return .failed(.invalidLineEnding) }
            guard !self.hasSkippedEmptyLine else { return .failed(.invalidRequestLine) }
            self.hasSkippedEmptyLine = true
            buffer.moveReaderIndex(forwardBy: 2)
            return self.begin(&buffer, &head)
        }
        return nil
    }

    /// Empties the head, so that a refused one shows nothing but what was understood of it.
    private mutating func reset(_ head: inout RequestHead) {
        let scheme = head.scheme
        head.reset()
        head.scheme = scheme
        head.method = HTTPMethod(id: 0)
        head.target = MessageText("")
        self.line = RequestLineParser()
        self.absoluteAuthority = nil
    }

    /// Fills in method and target, normalised.
    @inline(__always)
    private mutating func interpretTarget(_ bytes: WireBytes, _ head: inout RequestHead) -> HTTP1Error? {
        guard let method = self.line.method else { return .invalidRequestLine }
        head.method = method
        if method == .connect || method == .trace { return .methodNotAllowed }
        var start = self.line.targetStart
        let end = self.line.targetEnd
        if bytes[start] != UInt8(ascii: "/") {
            if bytes[start] == UInt8(ascii: "*"), end - start == 1 {
                guard method == .options else { return .invalidTarget }
                head.target = .received(start: UInt32(truncatingIfNeeded: start), length: 1)
                return nil
            }
            guard let authority = AbsoluteTarget.authority(bytes.slice(start, end)) else { return .invalidTarget }
            self.absoluteAuthority = start + authority.lowerBound..<start + authority.upperBound
            guard Authority.isValid(UnsafeRawBufferPointer(rebasing: bytes.slice(start, end)[authority])) else {
                return .invalidHost
            }
            start += authority.upperBound
            if start == end {
                head.target = MessageText(method == .options ? "*" : "/")
                return nil
            }
        }
        switch TargetNormalisation.normalise(bytes.slice(start, end)) {
        case .unchanged:
            head.target = .received(
                start: UInt32(truncatingIfNeeded: start),
                length: UInt32(truncatingIfNeeded: end - start)
            )
        case .changed(let target): head.target = MessageText(target)
        case .invalid: return .invalidTarget
        }
        return nil
    }

    private mutating func complete(
        _ end: Int,
        _ buffer: inout ByteBuffer,
        _ head: inout RequestHead
    ) -> HeadParseResult<RequestHeadInfo> {
        let facts = self.section.facts
        if facts.hostIndex < 0, self.line.version == .http11 { return self.fail(.missingHost, buffer, &head) }
        if facts.isChunked, self.line.version == .http10 { return self.fail(.invalidTransferEncoding, buffer, &head) }
        guard let wire = buffer.readSlice(length: end) else { return .needMore }
        head.headers.wire = wire
        self.fillHost(&head)
        let info = self.info(facts, head)
        self.stage = .start
        self.hasSkippedEmptyLine = false
        return .complete(info)
    }

    /// Sets the host from `Host`, or both from a target in absolute form (RFC 9112, section 3.2.2).
    private func fillHost(_ head: inout RequestHead) {
        let index = self.section.facts.hostIndex
        if index >= 0, index < head.headers.entries.count {
            let entry = head.headers.entries[index]
            head.host = .received(start: entry.valueStart, length: entry.valueLength)
        }
        guard let absolute = self.absoluteAuthority else { return }
        let authority = MessageText.received(
            start: UInt32(truncatingIfNeeded: absolute.lowerBound),
            length: UInt32(truncatingIfNeeded: absolute.count)
        )
        let wire = head.headers.wire
        let isSame = authority.withBytes(in: wire) { wanted in
            head.host.withBytes(in: wire) { wanted.elementsEqual($0) }
        }
        if !isSame { head.authority = authority.string(in: wire) }
    }

    private func info(_ facts: FieldFacts, _ head: RequestHead) -> RequestHeadInfo {
        let isHTTP11 = self.line.version == .http11
        var info = RequestHeadInfo(
            version: self.line.version,
            framing: facts.isChunked ? .chunked : facts.contentLength >= 0 ? .length(facts.contentLength) : .none,
            keepAlive: !facts.asksClose && (isHTTP11 || facts.asksKeepAlive),
            expectsContinue: facts.expectsContinue && isHTTP11,
            upgrade: nil,
            isWebSocketUpgrade: false,
            isAbsoluteForm: self.absoluteAuthority != nil
        )
        if facts.asksUpgrade, isHTTP11, facts.upgradeIndex >= 0, facts.upgradeIndex < head.headers.entries.count {
            let entry = head.headers.entries[facts.upgradeIndex]
            info.upgrade = .received(start: entry.valueStart, length: entry.valueLength)
            info.isWebSocketUpgrade = head.headers.withValueBytes(at: facts.upgradeIndex) { $0.isText("websocket") }
        }
        return info
    }

    /// Leaves in the head what was understood, over the bytes that stay in the buffer.
    private mutating func fail(
        _ error: HTTP1Error,
        _ buffer: ByteBuffer,
        _ head: inout RequestHead
    ) -> HeadParseResult<RequestHeadInfo> {
        head.headers.wire = buffer.slice()
        if let method = self.line.method { head.method = method }
        if self.stage == .fields { self.fillHost(&head) }
        return .failed(error)
    }
}
