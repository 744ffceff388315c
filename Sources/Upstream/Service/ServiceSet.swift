/// All services of one snapshot of the configuration.
package struct ServiceSet: Sendable {
    let byName: [String: Service]

    init(_ services: [Service]) {
        self.byName = Dictionary(services.map { ($0.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// Why services cannot be set up: all of them at once.
package struct ServiceSetError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Failure: Sendable, Hashable {
        /// The service's name with suffix.
        package let service: String
        /// What is wrong with its TLS files or names.
        package let message: String
    }

    package let failures: [Failure]

    package var description: String {
        failures.map { "service \"\($0.service)\": \($0.message)" }.joined(separator: "; ")
    }
}
