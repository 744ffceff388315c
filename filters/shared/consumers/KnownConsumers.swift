import FilterAPI

/// The consumers of one build of an auth filter, by their places in the configuration.
struct KnownConsumers: Sendable {
    /// Whether this build authenticates at all; see ``FilterScope/authenticates(globalAuth:)``.
    let areAsked: Bool
    private let names: [String]
    private let isAllowed: [Bool]

    init(_ names: [String], _ access: ConsumerAccess, _ scope: FilterScope) {
        self.names = names
        self.isAllowed = names.map { access.allow?.contains($0) ?? true }
        self.areAsked = scope.authenticates(globalAuth: access.globalAuth)
    }

    /// Whether a consumer that has shown who it is may pass.
    func mayPass(_ consumer: Int) -> Bool { self.isAllowed[consumer] }

    /// Tells later filters, the upstream and the access log who asks.
    func announce(_ consumer: Int, on stream: StreamContext) {
        let name = self.names[consumer]
        stream.consumer = name
        stream.request.headers.set(.xMseConsumer, name)
    }
}
