/// Which requests are copied to which service.
package struct MirrorRule: Sendable, Hashable {
    /// The address of the service.
    package let service: String
    /// Of how many requests in a hundred a copy is sent, 0 to 100.
    package let percent: Double

    package init(service: String, percent: Double = 100) {
        self.service = service
        self.percent = percent
    }

    /// Whether the next request is copied.
    package func takes(using random: inout some RandomNumberGenerator) -> Bool {
        percent >= 100 || Double.random(in: 0..<100, using: &random) < percent
    }
}
