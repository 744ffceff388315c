import FilterAPI
import HTTP1
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

/// Whatever this codec accepts, NIO's llhttp must understand to mean the same; it may refuse more than llhttp does.
struct RequestFuzzTests {
    private static let messages = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/b?c=d&e HTTP/1.1\r\nHost: example.com:80\r\nUser-Agent: x (y; z)\r\nAccept: */*\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /c HTTP/1.1\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n"
            + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
        "PUT /d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\nZ: w\r\n\r\n",
        "GET http://b/e HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n",
        "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /f HTTP/1.0\r\n\r\n",
        "DELETE /g HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n",
        "PATCH /h HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
    ].map { wire($0) }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func acceptedRequestsMeanTheSameToLLHTTP(_ seed: UInt64) throws {
        var mutation = Mutation(random: SplitMix64(seed: seed))
        var accepted = 0
        for _ in 0..<1_500 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &mutation.random) {
                bytes += RequestFuzzTests.messages.randomElement(using: &mutation.random) ?? []
            }
            for _ in 0..<Int.random(in: 0...2, using: &mutation.random) { mutation.damage(&bytes) }
            let ours = self.readHere(mutation.pieces(of: bytes))
            let theirs = try self.readThere(bytes)
            accepted += ours.count
            for (index, message) in ours.enumerated() {
                let other = index < theirs.count ? theirs[index] : nil
                #expect(
                    message.isUnderstood(as: other),
                    "\(latin1(bytes).debugDescription)\nhere: \(message)\nthere: \(String(describing: other))"
                )
            }
        }
        #expect(accepted > 1_000)
    }

    /// The messages that this codec accepts, up to the first that is not complete or ends the connection.
    private func readHere(_ pieces: [[UInt8]]) -> [FuzzMessage] {
        var parser = RequestHeadParser()
        var head = RequestHead()
        var buffer = ByteBuffer()
        var messages: [FuzzMessage] = []
        var decoder = BodyDecoder.ended
        for piece in pieces {
            buffer.writeBytes(piece)
            while true {
                if decoder.hasEnded {
                    if let last = messages.last, !last.keepAlive { return messages }
                    switch parser.parse(&buffer, into: &head, limits: HeadLimits()) {
                    case .needMore: break
                    case .failed: return messages
                    case .complete(let info):
                        guard self.isKnownToLLHTTP(head, info) else { return messages }
                        messages.append(FuzzMessage(head, info))
                        decoder = BodyDecoder(info.framing)
                        guard decoder.hasEnded else { continue }
                        messages[messages.count - 1].isComplete = true
                        continue
                    }
                    break
                }
                guard messages[messages.count - 1].readBody(&decoder, &buffer) else { break }
                if messages[messages.count - 1].hasTrailersThatLLHTTPObeys { return messages.dropLast() }
            }
        }
        return messages
    }

    /// llhttp knows a list of methods, and hands the connection over after a request to upgrade.
    private func isKnownToLLHTTP(_ head: RequestHead, _ info: RequestHeadInfo) -> Bool {
        let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
        return methods.contains(head.method.rawValue) && info.upgrade == nil
    }

    private func readThere(_ bytes: [UInt8]) throws -> [FuzzMessage] {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        )
        // A refused message is an error here; what came before it is still there to be read.
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        var messages: [FuzzMessage] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
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
    fileprivate init(_ head: RequestHead, _ info: RequestHeadInfo) {
        self.start = "\(head.method.rawValue) \(head.path) \(info.version)"
        self.fields = head.headers.decodedFields.filter { $0.name != "host" }
        self.keepAlive = info.keepAlive
    }

    fileprivate init(_ head: HTTPRequestHead) {
        let version = head.version == .http1_0 ? HTTP1Version.http10 : .http11
        self.start = "\(head.method.rawValue) \(FuzzMessage.normalised(head.uri, head.method)) \(version)"
        self.fields = head.headers.map { Field(untrimmed: $0.name, $0.value) }.filter { $0.name != "host" }
        self.keepAlive = head.isKeepAlive
    }

    private static func normalised(_ uri: String, _ method: NIOHTTP1.HTTPMethod) -> String {
        var target = uri
        if !uri.hasPrefix("/"), let scheme = uri.range(of: "://") {
            target = String(uri[scheme.upperBound...].drop { $0 != "/" && $0 != "?" })
            if target.isEmpty { return method == .OPTIONS ? "*" : "/" }
        }
        let outcome = wire(target).withUnsafeBytes { TargetNormalisation.normalise($0) }
        return if case .changed(let normal) = outcome { normal } else { target }
    }
}

extension String {
    /// The first place of a text in this one.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        self.indices.lazy.map { self[$0...] }.first { $0.hasPrefix(text) }
            .map { $0.startIndex..<self.index($0.startIndex, offsetBy: text.count) }
    }
}
