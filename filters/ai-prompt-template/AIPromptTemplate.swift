import FilterAPI
import NIOCore

/// Makes a request to a language model of a template and the values that the client gives for it.
final class AIPromptTemplate: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "ai-prompt-template"
    static let priority = 500
    static let summary = "Makes requests to language models from templates."

    private let configuration: AIPromptTemplateConfiguration

    init(_ configuration: AIPromptTemplateConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        let headers = stream.request.headers
        guard stream.requestHasBody, headers.announceJSON, !headers.hasValue("false", for: .templateEnable) else {
            return .continue
        }
        return .collect(limit: self.configuration.maximumBodyBytes)
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let document = JSONDocument(body), let name = document.member("template", of: JSONDocument.root),
            let properties = document.member("properties", of: JSONDocument.root)
        else { return .continue }
        guard let name = document.string(name), let template = self.configuration.templates[name] else {
            return .respond(
                LocalResponse(refusing: stream.request, status: 400, detail: "ai-prompt-template.unknown_template")
            )
        }
        var values: [String: String] = [:]
        document.forEachMember(of: properties) { name, value in
            values[document.string(name) ?? ""] = JSONTree(document, value).plainText ?? ""
        }
        var filling = TemplateFilling(values: values, limit: self.configuration.maximumBodyBytes)
        guard let filled = filling.filled(template) else {
            return .respond(
                LocalResponse(refusing: stream.request, status: 413, detail: "ai-prompt-template.too_large")
            )
        }
        body = filled.bytes
        return .continue
    }
}

extension HeaderName {
    /// `false` leaves a request as it is.
    fileprivate static let templateEnable = HeaderName("template-enable")
}
