import FilterAPI
import NIOCore

/// Tells every client what a service says.
package final class HelloFilter: Filter, WholeResponseHook {
    package static let name = "hello"
    package static let summary = "Tells every client what a service says."

    package struct Configuration: FilterConfiguration {
        let text: String
        let service: ServiceReference?

        package init(_ fields: ConfigurationFields) {
            self.text = fields.string("text", default: "hello", help: "What stands before the service's words.")
            self.service = fields.service(help: "The service that is asked.")
        }
    }

    private let configuration: Configuration

    package init(_ configuration: Configuration, _ environment: FilterEnvironment) {
        self.configuration = configuration
    }

    package func wholeResponse(_ body: inout ByteBuffer, _ stream: StreamContext) async throws -> LocalResponse? {
        guard let service = self.configuration.service else { return nil }
        let said = try await stream.callouts.http(CalloutRequest(path: "/"), to: service)
        stream.response.headers["x-hello"] = self.configuration.text
        body.writeString("and the service says: ")
        body.writeImmutableBuffer(said.body)
        return nil
    }
}
