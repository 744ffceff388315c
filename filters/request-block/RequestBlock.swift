import FilterAPI
import NIOCore

/// Refuses requests whose target, header fields or body hold a forbidden text.
final class RequestBlock: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "request-block"
    static let phase = FilterPhase.authz
    static let priority = 320
    static let summary = "Refuses requests by texts in their URL, header fields or body."

    private let texts: BlockedTexts
    private let bodyLimit: Int
    private let refusal: Refusing

    init(_ configuration: RequestBlockConfiguration, _ environment: FilterEnvironment) {
        self.texts = configuration.texts
        self.bodyLimit = configuration.bodyLimit
        self.refusal = configuration.refusal
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        if let target = self.texts.target, stream.withPathBytes({ target.matches($0) }) {
            return .respond(self.refusal.response(to: stream.request, detail: "request-block.url_blocked"))
        }
        if let field = self.texts.field, stream.request.headers.holds(field) {
            return .respond(self.refusal.response(to: stream.request, detail: "request-block.header_blocked"))
        }
        return self.texts.body != nil && stream.requestHasBody ? .collect(limit: self.bodyLimit) : .continue
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let blocked = self.texts.body, body.withUnsafeReadableBytes({ blocked.matches($0) }) else {
            return .continue
        }
        return .respond(self.refusal.response(to: stream.request, detail: "request-block.body_blocked"))
    }
}

extension HeaderFields {
    /// Whether a name or a value holds one of the texts; names are in lower case.
    fileprivate func holds(_ texts: TextSearch) -> Bool {
        var found = false
        self.forEachField { name, value in
            found = found || texts.matches(value) || texts.matchesName(name)
        }
        return found
    }
}
