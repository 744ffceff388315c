import FilterAPI

/// Lets requests of known API versions pass, and tells every client which versions there are.
package final class APIVersion: Filter, RequestHeadHook, ResponseHeadHook {
    package static let name = "api-version"
    package static let summary = "Refuses requests of an unknown API version."

    package struct Configuration: FilterConfiguration {
        let versions: [String]

        package init(_ fields: ConfigurationFields) {
            self.versions = fields.requiredStrings("versions", help: "The versions that clients may ask for.")
        }
    }

    private let versions: [String]
    private let refused: Counter

    package init(_ configuration: Configuration, _ environment: FilterEnvironment) {
        self.versions = configuration.versions
        self.refused = environment.metrics.counter("api_version_refused_total", "Requests of an unknown version.")
    }

    package func requestHead(_ stream: StreamContext) -> FilterAction {
        if let version = stream.request.headers["x-api-version"], self.versions.contains(version) { return .continue }
        self.refused.increment()
        return .respond(LocalResponse(refusing: stream.request, status: 400, detail: "api-version.unknown"))
    }

    package func responseHead(_ stream: StreamContext) -> FilterAction {
        stream.response.headers["x-api-versions"] = self.versions.joined(separator: ", ")
        return .continue
    }
}
