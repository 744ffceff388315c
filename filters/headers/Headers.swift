import FilterAPI

/// Sets, adds and removes header fields of requests and responses.
final class Headers: Filter, RequestHeadHook, ResponseFieldsHook {
    static let name = "headers"
    static let summary = "Sets, adds and removes header fields."

    private let request: FieldChange
    private let response: FieldChange

    init(_ configuration: HeadersConfiguration, _ environment: FilterEnvironment) {
        self.request = configuration.request
        self.response = configuration.response
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        if let host = self.request.host { stream.request.authority = host }
        if !self.request.isEmpty { self.request.apply(to: &stream.request.headers) }
        return .continue
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        if !self.response.isEmpty { self.response.apply(to: &stream.response.headers) }
        return .continue
    }
}
