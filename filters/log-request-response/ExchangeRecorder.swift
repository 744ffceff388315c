import FilterAPI
import Logging
import NIOCore

/// Keeps what is to be logged of one stream, and logs it when the stream has ended: one line of JSON.
final class ExchangeRecorder {
    private let configuration: LogRequestResponseConfiguration
    private let logger: Logger
    private var request = Recording()
    private var response = Recording()

    /// What is known of one message.
    private struct Recording {
        var head: ByteBuffer?
        /// The body's header fields, when it is logged.
        var bodyFields: HeaderFields?
        var body = ByteBuffer()
        var isCut = false

        /// Takes as much of a part as fits.
        mutating func append(_ part: ByteBuffer, limit: Int) {
            guard self.bodyFields != nil else { return }
            let room = limit - self.body.readableBytes
            if part.readableBytes > room { self.isCut = true }
            if let slice = part.getSlice(at: part.readerIndex, length: min(room, part.readableBytes)) {
                self.body.writeImmutableBuffer(slice)
            }
        }
    }

    init(_ configuration: LogRequestResponseConfiguration, _ logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }
}

extension ExchangeRecorder: RequestHeadHook, RequestBodyObserver {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        let request = stream.request
        if self.configuration.request.logsHeaders {
            let path = self.configuration.redaction.path(request.path, masked: stream.maskedQueryParameters)
            self.request.head = self.fields(
                [
                    ("authority", request.authority), ("method", request.method.rawValue), ("path", path),
                    ("scheme", request.scheme.rawValue),
                ],
                request.headers,
                masked: stream.maskedHeaderFields
            )
        }
        if self.configuration.request.bodyLimit != nil, [.post, .put, .patch].contains(request.method),
            self.configuration.request.takes(request.headers)
        {
            self.request.bodyFields = request.headers
        }
        return .continue
    }

    func requestBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        if let limit = self.configuration.request.bodyLimit { self.request.append(chunk, limit: limit) }
        return .continue
    }
}

extension ExchangeRecorder: ResponseHeadHook, ResponseBodyObserver {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        let response = stream.response
        if self.configuration.response.logsHeaders {
            // A service may send back what it was sent.
            self.response.head = self.fields(
                [("status", String(response.status))],
                response.headers,
                masked: stream.maskedHeaderFields
            )
        }
        if self.configuration.response.bodyLimit != nil, self.configuration.response.takes(response.headers) {
            self.response.bodyFields = response.headers
        }
        return .continue
    }

    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        if let limit = self.configuration.response.bodyLimit { self.response.append(chunk, limit: limit) }
        return .continue
    }
}

extension ExchangeRecorder: StreamEndHook {
    func streamEnded(_ stream: StreamContext) {
        var writer = JSONWriter()
        writer.object { line in
            if let id = stream.request.headers[.xRequestId] { line.member("request_id", id) }
            if let route = stream.routeName { line.member("route_name", route) }
            self.write(self.request, "request", to: &line)
            self.write(self.response, "response", to: &line)
        }
        self.logger.info("request and response: \(String(buffer: writer.bytes))")
    }

    private func write(_ recording: Recording, _ side: String, to line: inout JSONWriter) {
        if let head = recording.head { line.member("\(side)_headers") { $0.json(head) } }
        if let fields = recording.bodyFields, recording.body.readableBytes > 0 {
            line.member("\(side)_body", self.configuration.redaction.body(recording.body, of: fields))
            if recording.isCut { line.member("\(side)_body_cut", true) }
        }
    }

    /// Fields as a JSON object; several of one name are joined.
    private func fields(
        _ pseudo: [(String, String)],
        _ headers: HeaderFields,
        masked: [HeaderName]
    ) -> ByteBuffer {
        let redaction = self.configuration.redaction
        var names: [String] = []
        var values: [String: String] = [:]
        for (name, value) in pseudo
            + headers.map({ ($0.name, redaction.value($0.value, ofHeader: $0.name, masked: masked)) })
        {
            if let known = values[name] {
                values[name] = "\(known), \(value)"
            } else {
                names.append(name)
                values[name] = value
            }
        }
        var writer = JSONWriter()
        writer.object { object in
            for name in names { object.member(name, values[name] ?? "") }
        }
        return writer.bytes
    }
}

extension LogRequestResponseConfiguration.Side {
    /// Whether the body of a message with these fields is logged: its type is one of those, and it is not compressed.
    fileprivate func takes(_ headers: HeaderFields) -> Bool {
        guard headers.announceIdentity, let type = headers[.contentType]?.lowercased() else { return false }
        return self.contentTypes.contains { type.contains($0) }
    }
}
