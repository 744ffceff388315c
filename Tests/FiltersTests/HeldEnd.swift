import FilterAPI
import NIOCore

/// Holds the end of every answer; it comes before all other filters, so each of them has seen the end by then.
final class HeldEnd: Filter, ResponseBodyHook {
    static let name = "held-end"
    static let phase = FilterPhase.authn
    static let priority = 1000
    static let summary = "Holds the end of answers."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {}

    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard end else { return .continue }
        return .suspend {
            try await Task.sleep(for: .seconds(600))
            return .continue
        }
    }
}
