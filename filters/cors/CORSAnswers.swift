import FilterAPI

/// The fields that tell a browser what it may do with a response.
///
/// Source: the Fetch standard, section 3.3.3 "HTTP responses".
struct CORSAnswers: Sendable {
    private let policy: CORSPolicy
    private let methods: String
    private let headers: String
    private let exposed: String
    private let maximumAge: String

    init(_ policy: CORSPolicy) {
        self.policy = policy
        self.methods = policy.methods.joined
        self.headers = policy.headers.joined
        self.exposed = policy.exposed.isAny ? "*" : policy.exposed.joined
        self.maximumAge = String(policy.maximumAge)
    }

    /// Removes what an upstream, or another filter, says about other origins: there must be one who decides.
    func clear(_ fields: inout HeaderFields) {
        fields.remove(.accessControlAllowOrigin)
        fields.remove(.accessControlAllowCredentials)
        fields.remove(.accessControlExposeHeaders)
        fields.remove(.accessControlAllowMethods)
        fields.remove(.accessControlAllowHeaders)
        fields.remove(.accessControlMaxAge)
    }

    /// Adds what an allowed origin is told.
    func add(to fields: inout HeaderFields, _ origin: String, _ request: RequestHead, isPreflight: Bool) {
        fields.add(.accessControlAllowOrigin, self.policy.origins.isAny ? "*" : origin)
        if self.policy.allowsCredentials { fields.add(.accessControlAllowCredentials, "true") }
        if !self.exposed.isEmpty { fields.add(.accessControlExposeHeaders, self.exposed) }
        guard isPreflight else { return }
        if let methods = self.allowedMethods(request) { fields.add(.accessControlAllowMethods, methods) }
        if let headers = self.allowedHeaders(request) { fields.add(.accessControlAllowHeaders, headers) }
        fields.add(.accessControlMaxAge, self.maximumAge)
    }

    /// With credentials a browser takes `*` for a method of that name, so what was asked for is named instead.
    private func allowedMethods(_ request: RequestHead) -> String? {
        guard self.policy.methods.isAny else { return self.methods }
        return self.policy.allowsCredentials ? request.headers[.accessControlRequestMethod] : "*"
    }

    /// A browser does not count `Authorization` to `*`, so what was asked for is named wherever everything is allowed.
    private func allowedHeaders(_ request: RequestHead) -> String? {
        guard self.policy.headers.isAny else { return self.headers }
        let asked = request.headers.combinedValue(of: .accessControlRequestHeaders)
        return asked ?? (self.policy.allowsCredentials ? nil : "*")
    }
}
