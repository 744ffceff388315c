import FilterAPI

/// Answers requests with a fixed response, or puts one in the place of answers with certain statuses.
final class CustomResponse: Filter, RequestHeadHook, ResponseHeadHook {
    static let name = "custom-response"
    static let phase = FilterPhase.authn
    static let priority = 910
    static let summary = "Answers with a fixed response, always or in place of certain statuses."

    private let fixed: FixedResponse?
    private let replacements: [FixedResponse]

    init(_ configuration: CustomResponseConfiguration, _ environment: FilterEnvironment) {
        self.fixed = configuration.responses.first { $0.statuses.isEmpty }
        self.replacements = configuration.responses.filter { !$0.statuses.isEmpty }
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        // Statuses are those of answers that others make, so with any in the file the request goes on.
        guard let fixed = self.fixed, self.replacements.isEmpty else { return .continue }
        return .respond(fixed.response(detail: "custom-response.fixed"))
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard !self.replacements.isEmpty else { return .continue }
        let status = stream.response.status
        for response in self.replacements where response.statuses.contains(status) {
            return .respond(response.response(detail: "custom-response.replaced"))
        }
        guard let fixed = self.fixed else { return .continue }
        return .respond(fixed.response(detail: "custom-response.replaced"))
    }
}
