import FilterAPI
import Logging
import NIOCore

/// Says in header fields which model, and whose, a request's body asks for, so that routes can be selected by it.
///
/// A field of that name that the client sent never gets past this filter on the paths that it takes part in.
final class ModelRouter: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "model-router"
    static let phase = FilterPhase.authn
    static let priority = 900
    static let summary = "Puts the model of a request's body into a header field, for routing."

    /// The most bytes of a model's name; a longer one is nobody's.
    private static let maximumNameBytes = 256
    /// The model that asks for a choice.
    private static let automaticModel = "higress/auto"

    private let configuration: ModelRouterConfiguration
    private let logger: Logger

    init(_ configuration: ModelRouterConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.logger = environment.logger
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard self.configuration.paths.takes(stream.request) else { return .continue }
        for header in [self.configuration.modelHeader, self.configuration.providerHeader] {
            if let header, stream.request.headers.contains(header) { stream.request.headers.remove(header) }
        }
        guard stream.requestHasBody, stream.request.headers.announceJSON else { return .continue }
        return .collect(limit: self.configuration.maximumBodyBytes)
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let document = JSONDocument(body), let found = document.value(at: self.configuration.modelKey),
            let model = document.string(found.value), (1...Self.maximumNameBytes).contains(model.utf8.count)
        else { return .continue }
        let choice = self.choice(for: model, in: document)
        if let header = self.configuration.modelHeader, let name = choice.header {
            stream.request.headers.set(header, name)
        }
        if let header = self.configuration.providerHeader, let provider = choice.provider {
            stream.request.headers.set(header, provider)
        }
        // Upstreams disagree about which of two members counts: one is left.
        if choice.model != model || found.isAmbiguous {
            body = document.settingText(choice.model, at: self.configuration.modelKey)
        }
        return .continue
    }

    /// What becomes of a model.
    private struct Choice {
        /// The model for the body.
        var model: String
        /// The model for the header field.
        var header: String?
        var provider: String?
    }

    private func choice(for model: String, in document: JSONDocument) -> Choice {
        if let automatic = self.configuration.autoRouting, model == Self.automaticModel {
            guard let chosen = automatic.model(for: document.lastQuestion ?? "") else {
                self.logger.warning("no rule matches the question, and there is no default model")
                return Choice(model: model)
            }
            return Choice(model: chosen, header: chosen)
        }
        guard self.configuration.providerHeader != nil, let slash = model.firstIndex(of: "/") else {
            return Choice(model: model, header: model)
        }
        let name = String(model[model.index(after: slash)...])
        return Choice(model: name, header: model, provider: String(model[..<slash]))
    }
}

extension ModelRouterConfiguration.AutoRouting {
    fileprivate func model(for question: String) -> String? {
        self.rules.first { $0.pattern.matches(question) }?.model ?? self.defaultModel
    }
}

extension JSONDocument {
    /// The text of the last message of the user; of one in several parts the last text.
    fileprivate var lastQuestion: String? {
        guard let messages = self.member("messages", of: Self.root) else { return nil }
        var question: String?
        self.forEachElement(of: messages) { message in
            guard let role = self.member("role", of: message), self.isString(role, "user"),
                let content = self.member("content", of: message)
            else { return }
            if let text = self.string(content) { question = text }
            self.forEachElement(of: content) { part in
                guard let type = self.member("type", of: part), self.isString(type, "text") else { return }
                question = self.member("text", of: part).flatMap { self.string($0) } ?? question
            }
        }
        return question
    }
}
