import FilterAPI
import NIOCore

/// Replaces the model that a request's body asks for.
final class ModelMapper: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "model-mapper"
    static let phase = FilterPhase.authn
    static let priority = 800
    static let summary = "Replaces the model that a request's body asks for."

    private let configuration: ModelMapperConfiguration

    init(_ configuration: ModelMapperConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard stream.requestHasBody, self.configuration.paths.takes(stream.request),
            stream.request.headers.announceJSON
        else { return .continue }
        return .collect(limit: self.configuration.maximumBodyBytes)
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let document = JSONDocument(body), document.kind(of: JSONDocument.root) == .object else {
            return .continue
        }
        let found = document.value(at: self.configuration.modelKey)
        // A model that is there and no text is the upstream's to refuse.
        guard let model = found.map({ document.string($0.value) }) ?? "" else { return .continue }
        if let target = self.configuration.mapping.target(of: model) {
            body = document.settingText(target, at: self.configuration.modelKey)
        } else if found?.isAmbiguous == true {
            // Upstreams disagree about which of two members counts: one is left.
            body = document.settingText(model, at: self.configuration.modelKey)
        }
        return .continue
    }
}
