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

    private let consumers: [KeyAuthConfiguration.Consumer]
    /// For each consumer whether it may pass.
    private let isAllowed: [Bool]
    private let places: KeyPlaces
    private let credentials: CredentialTable
    private let isActive: Bool
    private let challenge: String

    init(_ configuration: KeyAuthConfiguration, _ environment: FilterEnvironment) {
        self.consumers = configuration.consumers
        self.isAllowed = configuration.consumers.map { configuration.allow?.contains($0.name) ?? true }
        self.places = KeyPlaces(configuration)
        self.credentials = CredentialTable(configuration.consumers, places: self.places)
        self.isActive = environment.scope.authenticates(globalAuth: configuration.globalAuth)
        self.challenge = "Key realm=\(quotedString(configuration.realm))"
    }

    /// Keeps keys out of the access log, also of streams that are answered before this filter's turn.
    func makeStream(_ stream: StreamContext) -> KeyAuth? {
        if !self.places.parameters.isEmpty { stream.maskQueryParameters(self.places.parameters) }
        return self.isActive ? self : nil
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let consumer = self.consumer(of: stream) else {
            return .respond(self.refusal(of: stream.request, 401, "key-auth.unauthorized"))
        }
        guard self.isAllowed[consumer] else {
            return .respond(self.refusal(of: stream.request, 403, "key-auth.forbidden"))
        }
        let name = self.consumers[consumer].name
        stream.consumer = name
        stream.request.headers.set(.xMseConsumer, name)
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

    private func refusal(of request: RequestHead, _ status: Int, _ detail: String) -> LocalResponse {
        LocalResponse(refusing: request, status: status, headers: [.wwwAuthenticate: self.challenge], detail: detail)
    }
}

/// A text in the form of a quoted string (RFC 9110, section 5.6.4).
private func quotedString(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
}
