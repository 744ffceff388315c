import FilterAPI
import HTTP1
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

/// Whatever this codec accepts of an upstream, NIO's llhttp must understand to mean the same.
struct ResponseFuzzTests {
    private static let messages = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 500\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.0 200 OK\r\n\r\nuntil close",
    ].map { wire($0) }

    @Test(arguments: [5, 6, 7, 8] as [UInt64])
    func acceptedResponsesMeanTheSameToLLHTTP(_ seed: UInt64) throws {
        var mutation = Mutation(random: SplitMix64(seed: seed))
        var accepted = 0
        for _ in 0..<1_500 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &mutation.random) {
                bytes += ResponseFuzzTests.messages.randomElement(using: &mutation.random) ?? []
            }
            for _ in 0..<Int.random(in: 0...2, using: &mutation.random) { mutation.damage(&bytes) }
            let method = Bool.random(using: &mutation.random) ? "GET" : "HEAD"
            let ours = self.readHere(mutation.pieces(of: bytes), HTTPMethod(rawValue: method))
            let theirs = try self.readThere(bytes, NIOHTTP1.HTTPMethod(rawValue: method))
            accepted += ours.count
            for (index, message) in ours.enumerated() {
                let other = index < theirs.count ? theirs[index] : nil
                #expect(
                    message.isUnderstood(as: other),
                    "\(method) \(latin1(bytes).debugDescription)\nhere: \(message)\nthere: \(String(describing: other))"
                )
            }
        }
        #expect(accepted > 800)
    }

    /// The final responses that this codec accepts, up to the first that is not complete or ends the connection.
    private func readHere(_ pieces: [[UInt8]], _ method: FilterAPI.HTTPMethod) -> [FuzzMessage] {
        var parser = ResponseHeadParser()
        var head = ResponseHead(status: 200)
        var buffer = ByteBuffer()
        var messages: [FuzzMessage] = []
        var decoder = BodyDecoder.ended
        for piece in pieces {
            buffer.writeBytes(piece)
            while true {
                if !decoder.hasEnded {
                    guard messages[messages.count - 1].readBody(&decoder, &buffer) else { break }
                    if messages[messages.count - 1].hasTrailersThatLLHTTPObeys { return messages.dropLast() }
                    continue
                }
                if let last = messages.last, !last.keepAlive { return messages }
                let result = parser.parse(&buffer, into: &head, requestMethod: method, limits: HeadLimits())
                if case .needMore = result { break }
                guard case .complete(let info) = result, info.kind != .switchingProtocols else { return messages }
                // llhttp takes the word of an interim response that the connection closes; the final one decides here.
                if info.kind == .informational, !info.keepAlive { return messages }
                if info.kind == .informational { continue }
                // llhttp learns only later that an answer to HEAD has no body, and so lets none follow.
                if method == .head, info.framing == .none, info.contentLength == nil { return messages }
                messages.append(FuzzMessage(head, info))
                decoder = BodyDecoder(info.framing)
                messages[messages.count - 1].isComplete = decoder.hasEnded
            }
        }
        return messages
    }

    private func readThere(_ bytes: [UInt8], _ method: NIOHTTP1.HTTPMethod) throws -> [FuzzMessage] {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))
        )
        let request = HTTPRequestHead(version: .http1_1, method: method, uri: "/")
        for _ in 0..<12 { try channel.writeOutbound(HTTPClientRequestPart.head(request)) }
        // A refused message is an error here; what came before it is still there to be read.
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        var messages: [FuzzMessage] = []
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head): messages.append(FuzzMessage(head))
            case .body(let piece): messages[messages.count - 1].body += piece.text
            case .end(let trailers):
                messages[messages.count - 1].isComplete = true
                messages[messages.count - 1].trailers = (trailers ?? [:]).map { Field(untrimmed: $0.name, $0.value) }
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return messages
    }
}

extension FuzzMessage {
    fileprivate init(_ head: ResponseHead, _ info: ResponseHeadInfo) {
        self.start = "\(head.status) \(info.version)"
        self.fields = head.headers.decodedFields
        self.keepAlive = info.keepAlive
    }

    fileprivate init(_ head: HTTPResponseHead) {
        self.start = "\(head.status.code) \(head.version == .http1_0 ? HTTP1Version.http10 : .http11)"
        self.fields = head.headers.map { Field(untrimmed: $0.name, $0.value) }
        self.keepAlive = head.isKeepAlive
    }
}
