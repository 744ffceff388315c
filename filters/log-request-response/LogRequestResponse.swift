import FilterAPI
import Logging

/// Logs header fields and bodies of requests and responses, without changing or delaying them.
final class LogRequestResponse: Filter {
    static let name = "log-request-response"
    static let summary = "Logs header fields and bodies of requests and responses, secrets taken out."

    let configuration: LogRequestResponseConfiguration
    let logger: Logger

    init(_ configuration: LogRequestResponseConfiguration, _ environment: FilterEnvironment) {
        self.configuration = configuration
        self.logger = environment.logger
    }

    func makeStream(_ stream: StreamContext) -> ExchangeRecorder? {
        if self.configuration.request.isOff, self.configuration.response.isOff { return nil }
        return ExchangeRecorder(self.configuration, self.logger)
    }
}
