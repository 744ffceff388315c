import FilterAPI
import NIOCore
import Upstream

/// A scripted answer as a list of steps.
struct ResponseScript {
    enum Step {
        case wait(Duration)
        case informational(ResponseHead)
        case head(ResponseHead, hasBody: Bool)
        case part(ByteBuffer)
        /// A part of that many bytes, made when it is sent.
        case fresh(Int)
        case end(HeaderFields?)
        case fail(UpstreamFailure.Code)
        case silence
    }

    var steps: [Step] = []

    init(_ response: TestResponse, to method: HTTPMethod, chunking: Chunking) {
        if response.delay > .zero { self.steps.append(.wait(response.delay)) }
        switch response.ending {
        case .failure(let code, after: nil): self.steps.append(.fail(code))
        case .silence(after: nil): self.steps.append(.silence)
        default: self.addMessage(response, method, response.chunking ?? chunking)
        }
    }

    private mutating func addMessage(_ response: TestResponse, _ method: HTTPMethod, _ chunking: Chunking) {
        self.steps += response.informational.map { .informational($0) }
        let head = response.head
        let isBodiless = method == .head || head.isBodiless
        let hasBody = !isBodiless && !(response.announcesLength && response.parts.isEmpty)
        self.steps.append(.head(head, hasBody: hasBody))
        let parts = hasBody ? response.parts.flatMap { chunking.parts(of: $0) } : []
        switch response.ending {
        case .complete:
            self.addParts(parts, response.interval)
            if hasBody, let fresh = response.fresh { self.addFresh(fresh.count, fresh.size, response.interval) }
            self.steps.append(.end(isBodiless ? nil : response.trailers))
        case .failure(let code, let limit):
            self.addParts(ResponseScript.prefix(parts, limit ?? 0), response.interval)
            self.steps.append(.fail(code))
        case .silence(let limit):
            self.addParts(ResponseScript.prefix(parts, limit ?? 0), response.interval)
            self.steps.append(.silence)
        }
    }

    private mutating func addFresh(_ count: Int, _ size: Int, _ interval: Duration) {
        for _ in 0..<count {
            if interval > .zero { self.steps.append(.wait(interval)) }
            self.steps.append(.fresh(size))
        }
    }

    private mutating func addParts(_ parts: [ByteBuffer], _ interval: Duration) {
        for part in parts {
            if interval > .zero { self.steps.append(.wait(interval)) }
            self.steps.append(.part(part))
        }
    }

    private static func prefix(_ parts: [ByteBuffer], _ limit: Int) -> [ByteBuffer] {
        var rest = max(0, limit)
        return parts.compactMap { part in
            var part = part
            defer { rest -= min(rest, part.readableBytes) }
            guard let slice = part.readSlice(length: min(rest, part.readableBytes)), slice.readableBytes > 0 else {
                return nil
            }
            return slice
        }
    }
}

extension TestResponse {
    /// The head with the length of the body, if that is announced.
    var head: ResponseHead {
        var head = ResponseHead(status: self.status, headers: self.headers)
        guard self.announcesLength, !head.isBodiless, !head.headers.contains(.contentLength) else { return head }
        head.headers[.contentLength] = String(self.parts.reduce(0) { $0 + $1.readableBytes })
        return head
    }
}
