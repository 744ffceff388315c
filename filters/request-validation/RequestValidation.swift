import FilterAPI
import Logging
import NIOCore

/// Refuses requests whose header fields or JSON body do not fit a JSON Schema.
final class RequestValidation: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "request-validation"
    static let phase = FilterPhase.authn
    static let priority = 220
    static let summary = "Refuses requests that do not fit a JSON Schema."

    private let configuration: RequestValidationConfiguration
    private let logger: Logger

    init(_ configuration: RequestValidationConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.logger = environment.logger
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        if let schema = self.configuration.headers, let document = RequestValidation.document(of: stream.request),
            let violation = SchemaEvaluation.violation(of: document, by: schema)
        {
            return self.refuse(stream, "invalid_headers", violation)
        }
        guard self.configuration.body != nil, stream.requestHasBody else { return .continue }
        return .collect(limit: self.configuration.maximumBodyBytes)
    }

    /// What is no JSON passes, unless the request says that it is JSON: an upstream may read it more leniently. What would be
    /// JSON but for the limits of reading never passes, whatever its type.
    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let schema = self.configuration.body, body.readableBytes > 0 else { return .continue }
        let read: JSONDocument?
        do {
            read = try JSONDocument(readable: body.withoutByteOrderMark)
        } catch {
            let expected = "a JSON text that is nested and branched less"
            return self.refuse(stream, "invalid_body", SchemaViolation(pointer: "", expected: expected))
        }
        guard let document = read else {
            guard stream.request.headers.namesJSON else { return .continue }
            return self.refuse(stream, "invalid_body", SchemaViolation(pointer: "", expected: "a JSON text"))
        }
        guard let violation = SchemaEvaluation.violation(of: document, by: schema) else { return .continue }
        return self.refuse(stream, "invalid_body", violation)
    }

    private func refuse(_ stream: StreamContext, _ reason: String, _ violation: SchemaViolation) -> FilterAction {
        let detail = "\(RequestValidation.name).\(reason)"
        self.logger.info("request refused (\(detail)) \(violation)")
        let status = self.configuration.rejectedCode
        guard let message = self.configuration.rejectedMessage else {
            return .respond(LocalResponse(refusing: stream.request, status: status, detail: detail))
        }
        return .respond(
            LocalResponse(status: status, text: message, contentType: contentType(of: message), detail: detail)
        )
    }

    /// The head as a JSON object: fields of one name joined by commas, and the parts of the request line.
    private static func document(of request: RequestHead) -> JSONDocument? {
        var names: [String] = []
        var values: [String: String] = [:]
        let line = [
            (":authority", request.authority), (":method", request.method.rawValue), (":path", request.path),
            (":scheme", request.scheme.rawValue),
        ]
        for (name, value) in line + request.headers.map({ ($0.name, $0.value) }) {
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
        return JSONDocument(writer.bytes)
    }
}
