import FilterAPI
import NIOCore
import NIOHPACK
import NIOHTTP2

// From the stream to the receiver.
extension HTTP2Exchange {
    /// A header section arrived.
    func received(_ section: HPACKHeaders, endsStream: Bool) {
        guard receiver != nil, !isEndOwed else { return }
        responseBegan()
        var head = ResponseHead(status: 0)
        switch reader.read(section, endsStream: endsStream, into: &head) {
        case .ignored: break
        case .informational: receiver?.upstreamInformational(head)
        case .head(let hasBody):
            hasHead = true
            isEndOwed = endsStream
            if let endpoint { client.answered(endpoint, status: head.status) }
            receiver?.upstreamHead(&head, hasBody: hasBody)
            deliver()
        case .trailers(let trailers):
            responseTrailers = trailers
            isEndOwed = true
            deliver()
        case .malformed(let reason): refuse(reason)
        }
    }

    /// A DATA frame arrived.
    func received(_ bytes: ByteBuffer, padding: Int, endsStream: Bool) {
        guard receiver != nil, !isEndOwed else { return }
        responseBegan()
        if let reason = reader.readData(bytes.readableBytes, endsStream: endsStream) { return refuse(reason) }
        // Padding counts in the window and is nobody's to consume.
        window.consume(padding)
        isEndOwed = endsStream
        if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeImmutableBuffer(bytes) }
        deliver()
    }

    /// Parts of the response arrived: the request was taken, and is not sent again.
    private func responseBegan() {
        guard !hasResponse else { return }
        hasResponse = true
        replay.clear()
    }

    /// Hands on what the receiver takes, and then the end.
    func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        while let receiver, !isPaused, waiting.readableBytes > 0 {
            let bytes = waiting
            waiting = ByteBuffer()
            window.consume(bytes.readableBytes)
            receiver.upstreamBody(bytes)
        }
        isDelivering = false
        guard receiver != nil, !isPaused else { return }
        if isEndOwed {
            complete()
        } else if let failure = owedFailure {
            fail(failure)
        } else {
            widen()
        }
    }

    /// Lets the service send more of this stream.
    private func widen() {
        guard !reader.hasEnded, let (connection, id) = stream, let increment = window.takeIncrement() else { return }
        connection.write(windowUpdate: increment, for: id)
        connection.flushSoon()
    }

    private func complete() {
        let receiver = self.receiver
        end()
        // The response is complete without the rest of the request: nobody is to take that any more.
        if !isEndWritten { letGo(.cancel) }
        stream = nil
        receiver?.upstreamEnd(trailers: responseTrailers)
    }

    /// The response is malformed: the stream ends, the connection does not (RFC 9113, section 8.1.1).
    func refuse(_ reason: String, _ code: HTTP2ErrorCode = .protocolError) {
        let endpoint = self.endpoint
        if let endpoint { client.failed(endpoint) }
        letGo(code)
        fail(UpstreamFailure(.protocolError, "\(endpoint?.text ?? ""): \(reason)"))
    }

    func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        deliver()
        readComplete()
    }

    func readComplete() {
        receiver?.upstreamReadComplete()
    }
}
