package import FilterAPI
package import NIOCore

/// Parses response heads of one upstream connection in place, as strictly as ``RequestHeadParser`` does requests.
///
/// An error means 502 for the client, and that the connection must be closed.
package struct ResponseHeadParser: Sendable {
    private var stage = Stage.start
    private var line = StatusLineParser()
    private var section = FieldSectionParser(start: 0, interprets: true)

    private enum Stage: Equatable {
        case start, line, fields
        case failed(HTTP1Error)
    }

    package init() {}

    /// Whether a part of a head has been seen.
    package var isInHead: Bool { self.stage != .start }

    /// Parses as much of a head as has arrived.
    ///
    /// - Parameters:
    ///   - buffer: The received bytes. They are consumed when the head is complete, so until then the buffer may only
    ///     grow.
    ///   - head: The same value for all attempts at one head; it is reset at the first one.
    ///   - method: The method of the request that this answers.
    ///   - limits: The limits.
    package mutating func parse(
        _ buffer: inout ByteBuffer,
        into head: inout ResponseHead,
        requestMethod method: HTTPMethod,
        limits: HeadLimits
    ) -> HeadParseResult<ResponseHeadInfo> {
        if case .failed(let error) = self.stage { return .failed(error) }
        let result = self.parseHead(&buffer, &head, method, limits)
        if case .failed(let error) = result { self.stage = .failed(error) }
        return result
    }

    @inline(__always)
    private mutating func parseHead(
        _ buffer: inout ByteBuffer,
        _ head: inout ResponseHead,
        _ method: HTTPMethod,
        _ limits: HeadLimits
    ) -> HeadParseResult<ResponseHeadInfo> {
        guard buffer.readableBytes > 0 else { return .needMore }
        if case .start = self.stage {
            head.reset()
            self.line = StatusLineParser()
            self.stage = .line
        }
        let names = HeaderNameTable.shared
        let progress = buffer.withUnsafeReadableBytes { readable -> FieldSectionParser.Progress in
            guard let bytes = WireBytes(readable) else { return .needMore }
            if case .line = self.stage {
                switch self.line.parse(bytes, limit: limits.startLineBytes) {
                case .needMore: return .needMore
                case .failed(let error): return .failed(error)
                case .complete(let end):
                    self.fillLine(&head)
                    self.section = FieldSectionParser(start: end, interprets: true)
                    self.stage = .fields
                }
            }
            return self.section.parse(bytes, limits: limits, names: names, into: &head.headers.entries)
        }
        switch progress {
        case .needMore: return .needMore
        case .complete(let end): return self.complete(end, method, &buffer, &head)
        case .failed(let error):
            head.headers.wire = buffer.slice()
            return .failed(error)
        }
    }

    private func fillLine(_ head: inout ResponseHead) {
        head.status = self.line.status
        head.reason = .received(
            start: UInt32(truncatingIfNeeded: self.line.reasonStart),
            length: UInt32(truncatingIfNeeded: self.line.reasonEnd - self.line.reasonStart)
        )
    }

    private mutating func complete(
        _ end: Int,
        _ method: HTTPMethod,
        _ buffer: inout ByteBuffer,
        _ head: inout ResponseHead
    ) -> HeadParseResult<ResponseHeadInfo> {
        let facts = self.section.facts
        guard let wire = buffer.readSlice(length: end) else { return .needMore }
        head.headers.wire = wire
        if facts.isChunked, self.line.version == .http10 || self.line.status < 200 {
            return .failed(.invalidTransferEncoding)
        }
        if facts.contentLength > 0, self.line.status < 200 { return .failed(.invalidContentLength) }
        self.stage = .start
        return .complete(self.info(facts, method, head))
    }

    private func info(_ facts: FieldFacts, _ method: HTTPMethod, _ head: ResponseHead) -> ResponseHeadInfo {
        let status = self.line.status
        let framing = self.framing(facts, method)
        // A 204 that announces a body is read as RFC 9112, section 6.3 says; what its sender meant is not certain.
        let isDoubtful = status == 204 && (facts.isChunked || facts.contentLength > 0)
        let isHTTP11 = self.line.version == .http11
        var info = ResponseHeadInfo(
            kind: status == 101 ? .switchingProtocols : status < 200 ? .informational : .final,
            version: self.line.version,
            framing: framing,
            contentLength: facts.contentLength >= 0 ? facts.contentLength : nil,
            keepAlive: !facts.asksClose && (isHTTP11 || facts.asksKeepAlive) && framing != .untilClose && !isDoubtful
                && status != 101,
            upgrade: nil,
            isWebSocketUpgrade: false
        )
        if status == 101, facts.asksUpgrade, facts.upgradeIndex >= 0, facts.upgradeIndex < head.headers.entries.count {
            let entry = head.headers.entries[facts.upgradeIndex]
            info.upgrade = .received(start: entry.valueStart, length: entry.valueLength)
            info.isWebSocketUpgrade = head.headers.withValueBytes(at: facts.upgradeIndex) { $0.isText("websocket") }
        }
        return info
    }

    /// RFC 9112, section 6.3.
    private func framing(_ facts: FieldFacts, _ method: HTTPMethod) -> MessageFraming {
        let status = self.line.status
        if status < 200 || status == 204 || status == 304 || method == .head { return .none }
        if method == .connect, status < 300 { return .none }
        if facts.isChunked { return .chunked }
        return facts.contentLength >= 0 ? .length(facts.contentLength) : .untilClose
    }
}
