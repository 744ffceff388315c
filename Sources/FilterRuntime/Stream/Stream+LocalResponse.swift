package import FilterAPI
import Logging
import NIOCore
import Upstream

/// A body that the gateway or a filter makes, on its way to the client.
struct LocalBody {
    enum Source {
        case bytes(ByteBuffer)
        case producer(LocalResponse.Producer)
    }

    var source: Source
    var isPumping = false
}

// Answers made here.
extension Stream {
    /// How much of a long body is handed on at once.
    private static let partSize = 64 * 1024

    /// Answers the client: the request goes no further, and the response passes the filters that have seen none yet.
    ///
    /// Once the head of another response has gone to the client the stream is reset instead.
    func respond(_ response: LocalResponse, from origin: ResponseOrigin) {
        self.requestFlow.abort()
        self.cancelRequestOperation()
        self.exchange?.cancel()
        self.exchange = nil
        self.replay?.body.forget()
        self.routeDeadline = .distantFuture
        guard self.responseFlow.replaceMessage() else {
            self.breakOff(response.detail)
            return
        }
        self.cancelResponseOperation()
        self.bodyOperation?.cancel()
        self.bodyOperation = nil
        self.localBody = nil
        self.localBodyCount &+= 1
        self.context.responseOrigin = origin
        self.context.record.responseCodeDetails = response.detail
        self.context.response.reset()
        let hasBody = self.fillHead(response.asGRPC(self.context.request) ?? response)
        self.responseFlow.receiveHead(hasBody: hasBody)
        if !hasBody { self.responseFlow.receiveEnd(trailers: nil) }
        self.driveResponse()
        self.pumpLocalBody()
    }

    /// Puts the head in place and keeps the body for the pump; answers whether there is one to send.
    private func fillHead(_ response: LocalResponse) -> Bool {
        self.context.response.status = (200...599).contains(response.status) ? response.status : 500
        self.context.response.headers = response.headers
        if let change = self.route?.responseHeaders { change.apply(to: &self.context.response.headers) }
        self.context.response.headers.remove(.contentLength)
        self.context.response.headers.remove(.transferEncoding)
        let isBodiless = self.isHeadRequest || self.context.response.isBodiless
        switch response.body {
        case .empty:
            if !self.context.response.isBodiless { self.context.response.headers[.contentLength] = "0" }
            return false
        case .bytes(let bytes):
            if !self.context.response.isBodiless {
                self.context.response.headers[.contentLength] = String(bytes.readableBytes)
            }
            guard !isBodiless, bytes.readableBytes > 0 else { return false }
            self.localBody = LocalBody(source: .bytes(bytes))
        case .stream(let producer):
            guard !isBodiless else { return false }
            self.localBody = LocalBody(source: .producer(producer))
        }
        return true
    }

    /// Hands on as much of a local body as the client takes.
    func pumpLocalBody() {
        guard self.localBody != nil, !self.isPumpingLocalBody else { return }
        self.isPumpingLocalBody = true
        defer { self.isPumpingLocalBody = false }
        while self.isLive, let body = self.localBody, !body.isPumping, self.hasRoomForResponse {
            switch body.source {
            case .bytes(var bytes): self.pump(&bytes)
            case .producer(let producer): self.produce(producer)
            }
        }
        if self.isLive, !self.isClientGone, self.isHeadSent { self.sink.flush() }
    }

    private var hasRoomForResponse: Bool {
        (self.isClientGone || self.sink.isWritable) && self.responseFlow.heldBytes < self.settings.buffer
    }

    private func pump(_ bytes: inout ByteBuffer) {
        self.touchIdleDeadline()
        let length = min(bytes.readableBytes, Stream.partSize)
        guard let part = bytes.readSlice(length: length) else { return }
        self.localBody?.source = .bytes(bytes)
        self.responseFlow.receive(body: part)
        if bytes.readableBytes == 0 {
            self.localBody = nil
            self.responseFlow.receiveEnd(trailers: nil)
        }
        self.driveResponse()
    }

    private func produce(_ producer: @escaping LocalResponse.Producer) {
        self.localBody?.isPumping = true
        let generation = self.generation
        let count = self.localBodyCount
        var part: ByteBuffer?
        let operation = FilterOperation {
            part = try await producer()
            return .continue
        }
        let running = RunningOperation(operation, filter: 0, startedAt: self.loop.clock.now) { result in
            self.loop.liveOperations -= 1
            guard self.isLive, self.generation == generation, self.localBodyCount == count else { return }
            self.bodyOperation = nil
            self.produced(part, result)
        }
        self.loop.liveOperations += 1
        self.bodyOperation = running
        running.start(on: self.loop.executor)
    }

    private func produced(_ part: ByteBuffer?, _ result: Result<FilterAction, any Error>) {
        self.touchIdleDeadline()
        if case .failure(let error) = result {
            self.loop.logger.warning("a local response broke off", metadata: ["error": "\(error)"])
            self.breakOff("local_response_failed")
            return
        }
        guard let part else {
            self.localBody = nil
            self.responseFlow.receiveEnd(trailers: nil)
            self.driveResponse()
            return
        }
        self.localBody?.isPumping = false
        self.responseFlow.receive(body: part)
        self.driveResponse()
        self.pumpLocalBody()
    }

    /// Resets a stream whose response has begun.
    func breakOff(_ detail: String) {
        guard !self.hasEnded else { return }
        self.context.record.responseCodeDetails = detail
        // The sink may report the end of its connection at once; that is not the client's doing.
        self.isBreakingOff = true
        if !self.isClientGone {
            self.takeBackUntaken()
            self.sink.reset()
        }
        self.finish()
    }
}

extension LocalResponse {
    /// An answer of the gateway's own: a short JSON object for clients that accept JSON, else one line of text.
    package static func gateway(_ status: Int, _ detail: String, for request: RequestHead) -> LocalResponse {
        let detail = detail.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
        if request.acceptsJSON {
            return LocalResponse(
                status: status,
                text: #"{"error":{"code":\#(status),"detail":"\#(detail)"}}"# + "\n",
                contentType: "application/json",
                detail: detail
            )
        }
        return LocalResponse(status: status, text: "\(status) \(detail)\n", detail: detail)
    }

    /// The answer as a gRPC client understands it: 200 with a `grpc-status` and no body.
    ///
    /// Source: gRPC over HTTP/2, "Responses"; the mapping is that of gRPC's "HTTP to gRPC status code mapping".
    func asGRPC(_ request: RequestHead) -> LocalResponse? {
        guard request.isGRPC, self.status != 200 else { return nil }
        let code =
            switch self.status {
            case 400: 13
            case 401: 16
            case 403: 7
            case 404: 12
            case 413: 8
            case 429, 502, 503, 504: 14
            default: 2
            }
        return LocalResponse(
            status: 200,
            headers: [.contentType: "application/grpc", .grpcStatus: String(code), .grpcMessage: self.detail],
            detail: self.detail
        )
    }
}

extension RequestHead {
    /// Whether it is a call of gRPC.
    var isGRPC: Bool {
        self.headers.withValueBytes(of: .contentType) { $0.hasPrefix("application/grpc") } ?? false
    }
}
