import FilterAPI

/// Answers preflight requests, and lets browsers hand answers to scripts of the origins that are allowed.
///
/// What becomes of a response depends on its request alone, so that also a response that was made before this filter's
/// turn on the request's way, such as a 401, gets its fields.
///
/// Source: the Fetch standard, section 3.3 "CORS protocol".
final class CORS: Filter, RequestHeadHook, ResponseFieldsHook {
    static let name = "cors"
    static let phase = FilterPhase.authz
    static let priority = 340
    static let summary = "Answers CORS preflights and tells browsers which origins may read responses."

    private let policy: CORSPolicy
    private let answers: CORSAnswers

    init(_ configuration: CORSConfiguration, _ environment: FilterEnvironment) {
        self.policy = configuration.policy
        self.answers = CORSAnswers(configuration.policy)
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard stream.request.headers.contains(.origin) else { return .continue }
        switch self.policy.verdict(on: stream.request) {
        case .sameOrigin(isPreflight: false), .allowed(_, isPreflight: false): return .continue
        case .sameOrigin, .allowed: return .respond(LocalResponse(status: 204, detail: "cors.preflight"))
        case .forbidden(let reason):
            return .respond(LocalResponse(status: 403, text: "Invalid CORS request", detail: "cors.\(reason.rawValue)"))
        }
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        self.answers.clear(&stream.response.headers)
        if self.policy.dependsOnOrigin { addVary("origin", "Origin", to: &stream.response.headers) }
        guard stream.request.headers.contains(.origin) else { return .continue }
        if case .allowed(let origin, let isPreflight) = self.policy.verdict(on: stream.request) {
            self.answers.add(to: &stream.response.headers, origin, stream.request, isPreflight: isPreflight)
        }
        return .continue
    }
}
