import FilterAPI
import NIOCore

/// Changes header fields, query parameters and bodies of requests and responses by rules.
///
/// A message whose body no rule reads is changed as its head passes; else the whole message waits for its body.
final class Transformer: Filter, RequestHeadHook, RequestCollectHook, ResponseHeadHook, ResponseCollectHook {
    static let name = "transformer"
    static let phase = FilterPhase.authn
    static let priority = 410
    static let summary = "Changes header fields, query and body of requests and responses by rules."

    /// The most parameters of a form that rules read; more would cost many times the memory that the form takes.
    private static let maximumFormParameters = 10_000

    private let configuration: TransformerConfiguration

    init(_ configuration: TransformerConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
    }

    func requestHead(_ stream: StreamContext) throws -> FilterAction {
        let rules = self.configuration.request
        if !self.configuration.reroutes { stream.pinRoute() }
        // What is compressed cannot be read on its way back.
        if self.configuration.response.readsBody { stream.request.headers.remove(.acceptEncoding) }
        if rules.readsBody, stream.requestHasBody,
            stream.request.headers.announceJSON || stream.request.headers.announceForm
        {
            return .collect(limit: self.configuration.maximumBodyBytes)
        }
        if !rules.isEmpty { _ = try self.transform(stream, .request, rules, body: nil) }
        return .continue
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        if stream.request.headers.announceForm, body.holdsMore(than: Self.maximumFormParameters) {
            return .respond(
                LocalResponse(refusing: stream.request, status: 413, detail: "transformer.too_many_parameters")
            )
        }
        let read: MessageTransformation.Body?
        do {
            read = try MessageTransformation.Body(body, of: stream.request.headers, on: .request)
        } catch {
            return .respond(
                LocalResponse(refusing: stream.request, status: 413, detail: "transformer.json_beyond_limits")
            )
        }
        if let changed = try self.transform(stream, .request, self.configuration.request, body: read) { body = changed }
        return .continue
    }

    func responseHead(_ stream: StreamContext) throws -> FilterAction {
        let rules = self.configuration.response
        if rules.isEmpty { return .continue }
        if rules.readsBody, !stream.response.isBodiless, stream.request.method != .head,
            stream.response.headers.announceJSON
        {
            // The gateway's own answers are not turned into another error.
            let isUpstreams = stream.responseOrigin == .upstream
            return .collect(
                limit: self.configuration.maximumBodyBytes,
                whenLonger: isUpstreams ? .refuse : .forward
            )
        }
        _ = try self.transform(stream, .response, rules, body: nil)
        return .continue
    }

    func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        let read: MessageTransformation.Body?
        do {
            read = try MessageTransformation.Body(body, of: stream.response.headers, on: .response)
        } catch {
            return .respond(
                LocalResponse(refusing: stream.request, status: 500, detail: "transformer.json_beyond_limits")
            )
        }
        if let changed = try self.transform(stream, .response, self.configuration.response, body: read) {
            body = changed
        }
        return .continue
    }

    private func transform(
        _ stream: StreamContext,
        _ side: TransformSide,
        _ rules: TransformRules,
        body: MessageTransformation.Body?
    ) throws -> ByteBuffer? {
        var message = MessageTransformation(stream, side, body: body)
        return try message.apply(rules)
    }
}

extension ByteBuffer {
    /// Whether a form has more parameters; reads no more than it has to.
    fileprivate func holdsMore(than count: Int) -> Bool {
        var separators = 0
        for byte in self.readableBytesView where byte == UInt8(ascii: "&") {
            separators += 1
            if separators >= count { return true }
        }
        return false
    }
}
