import FilterAPI

/// Lets requests pass that carry the key of a known consumer.
///
/// Everything that depends on the configuration alone is settled here once: where keys may be, whose they are, who of
/// them is allowed, and the answers' fields. A request costs a look at its fields and one look-up.
final class KeyAuth: Filter, RequestHeadHook {
    static let name = "key-auth"
    static let phase = FilterPhase.authn
    static let priority = 310
    static let summary = "Authenticates consumers by API keys in header fields or query parameters."
    static let ruleKeys: Set<String> = ["allow"]

    private let consumers: KnownConsumers
    private let places: KeyPlaces
    private let credentials: CredentialTable
    private let challenge: Challenge

    init(_ configuration: KeyAuthConfiguration, _ environment: FilterEnvironment) {
        let names = configuration.consumers.map(\.name)
        self.consumers = KnownConsumers(names, configuration.access, environment.scope)
        self.places = KeyPlaces(configuration)
        self.credentials = CredentialTable(configuration.consumers, places: self.places)
        self.challenge = Challenge("Key", realm: configuration.realm)
    }

    /// Keeps keys out of logs, also of streams that are answered before this filter's turn.
    func makeStream(_ stream: StreamContext) -> KeyAuth? {
        if !self.places.parameters.isEmpty { stream.maskQueryParameters(self.places.parameters) }
        if !self.places.ownFields.isEmpty { stream.maskHeaderFields(self.places.ownFields) }
        return self.consumers.areAsked ? self : nil
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let consumer = self.consumer(of: stream) else {
            return .respond(self.challenge.refusal(of: stream.request, 401, "key-auth.unauthorized"))
        }
        guard self.consumers.mayPass(consumer) else {
            return .respond(self.challenge.refusal(of: stream.request, 403, "key-auth.forbidden"))
        }
        self.consumers.announce(consumer, on: stream)
        return .continue
    }

    /// The consumer whose key the request carries, by its index.
    ///
    /// What is nobody's key is passed over: the field may be meant for the upstream. Keys of two consumers are none: who
    /// asks must not depend on which of them is looked at first.
    private func consumer(of stream: StreamContext) -> Int? {
        var found: Int?
        var isAmbiguous = false
        self.places.forEachKey(in: stream) { key, place in
            guard let consumer = self.credentials.consumer(of: key, at: place) else { return }
            if let found, found != consumer { isAmbiguous = true }
            found = consumer
        }
        return isAmbiguous ? nil : found
    }
}
