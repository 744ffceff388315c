package import FilterAPI

/// An item of `routes`: which requests it takes and what becomes of them.
package struct RouteConfiguration: Sendable {
    /// What becomes of a request.
    package enum Action: Sendable {
        /// It goes to the service of this address.
        case service(String)
        /// It goes to one of these services, each by its weight.
        case services([ServiceShareConfiguration])
        /// The client is sent elsewhere.
        case redirect(RedirectConfiguration)
        /// The gateway answers.
        case response(DirectResponseConfiguration)
    }

    /// The name, unique among routes.
    package let name: String
    /// Which requests it takes.
    package let match: MatchConfiguration
    /// What becomes of them; nil only beside an error.
    package let action: Action?
    /// What is changed in the request on its way to the service.
    package let rewrite: RewriteConfiguration?
    /// Time for the whole answer; nil leaves it to the idle timeout of the stream, as answers of models can take minutes.
    package let timeout: Duration?
    /// The largest request body, over the limit of the listener.
    package let requestBody: Int?
    /// What becomes of the request's fields on its way to the service.
    package let requestHeaders: HeaderChangeConfiguration?
    /// What becomes of the fields of every answer.
    package let responseHeaders: HeaderChangeConfiguration?
    /// When a request is sent again.
    package let retry: RetryConfiguration?
    /// The service that answers when the route's own fails.
    package let fallback: FallbackConfiguration?
    /// The service that gets copies of requests.
    package let mirror: MirrorConfiguration?
    /// Which redirects of the service the gateway follows itself; nil passes all of them on.
    package let internalRedirect: InternalRedirectConfiguration?
    /// What chooses the endpoints of services with `ringHash`, in the file's order; empty for the services' own keys.
    package let hashPolicy: [HashPolicyConfiguration]
    /// Protocols that a client may change to, in lower case and in the file's order.
    package let upgrades: [String]
    /// What this route says about filters of the chain, in the file's order.
    package let filters: [RouteFilterConfiguration]
    let nameReference: ConfigurationReference?
    /// The services that may answer: `service`, or those of `services`.
    let targets: [ConfigurationReference]
    /// The services of `fallback` and `mirror`.
    let assistants: [ConfigurationReference]
    let upgradeReferences: [ConfigurationReference]
    let hashPolicyPosition: SourcePosition
    /// Where the route stands.
    package let position: SourcePosition
    /// What the route is called in messages.
    package let location: ConfigurationLocation

    init(_ fields: ConfigurationFields) {
        name = fields.requiredString("name", help: "Name of the route.")
        match = fields.objectOrDefaults("match", help: "Which requests it takes; all conditions have to hold.") {
            MatchConfiguration($0)
        }
        let serviceName = fields.string("service", help: "Address of the service that answers, such as NAME.dns.")
        let (shares, shareReferences) = ServiceShareConfiguration.read(fields)
        let redirect = fields.object("redirect", help: "Sends the client elsewhere.") { RedirectConfiguration($0) }
        let response = fields.object("response", help: "Answers at once.") { DirectResponseConfiguration($0) }
        rewrite = fields.object("rewrite", help: "Changes path or host towards the service.") {
            RewriteConfiguration($0)
        }
        timeout = fields.duration(
            "timeout",
            in: .milliseconds(1)...Duration.seconds(86_400),
            help: "Time for the whole answer; 504."
        )
        requestBody = fields.size("requestBody", takesUnlimited: true, help: "Largest request body; 413.")
        requestHeaders = fields.object("requestHeaders", help: "Changes fields towards the service.") {
            HeaderChangeConfiguration($0, isRequest: true)
        }
        responseHeaders = fields.object("responseHeaders", help: "Changes fields of every answer.") {
            HeaderChangeConfiguration($0, isRequest: false)
        }
        retry = fields.object("retry", help: "When a request is sent again.") { RetryConfiguration($0) }
        let fallback = fields.object("fallback", help: "Who answers when the service fails.") {
            (FallbackConfiguration($0), $0.reference(at: "service"))
        }
        let mirror = fields.object("mirror", help: "Who gets copies of requests.") {
            (MirrorConfiguration($0), $0.reference(at: "service"))
        }
        internalRedirect = fields.object("internalRedirect", help: "Follows redirects of the service here.") {
            InternalRedirectConfiguration($0)
        }
        hashPolicy = HashPolicyConfiguration.read(fields)
        hashPolicyPosition = fields.position(of: "hashPolicy")
        self.fallback = fallback?.0
        self.mirror = mirror?.0
        upgrades = RouteConfiguration.upgrades(fields)
        filters = RouteFilterConfiguration.read(fields, "filters")
        action =
            serviceName.map { .service($0) } ?? (shares.isEmpty ? nil : .services(shares))
            ?? redirect.map { .redirect($0) } ?? response.map { .response($0) }
        nameReference = fields.reference(at: "name")
        targets = fields.reference(at: "service").map { [$0] } ?? shareReferences
        assistants = [fallback?.1, mirror?.1].compactMap { $0 }
        upgradeReferences = fields.references(at: "upgrades")
        position = fields.position
        location = fields.location
        checkTogether(fields)
    }

    private func checkTogether(_ fields: ConfigurationFields) {
        let actions = ["service", "services", "redirect", "response"].filter(fields.has)
        if actions.isEmpty, !fields.isDescribing {
            fields.error("found none of service, services, redirect, response; expected exactly one")
        } else if actions.count > 1 {
            fields.error(at: actions[1], "found \(actions.joined(separator: " and ")); expected exactly one of them")
        }
        let reachesService = actions.isEmpty || actions.contains("service") || actions.contains("services")
        let needService = [
            "rewrite", "timeout", "upgrades", "requestHeaders", "retry", "fallback", "mirror", "internalRedirect",
            "hashPolicy",
        ]
        for key in needService where !reachesService && fields.has(key) {
            fields.error(at: key, "needs \"service\"; a \(actions[0]) never reaches one")
        }
        guard case .regex = match.path else { return }
        if case .prefix = rewrite?.path { fields.error(at: "rewrite", "a prefix can only replace match.path.prefix") }
        if case .redirect(let redirect) = action, case .prefix = redirect.path {
            fields.error(at: "redirect", "a prefix can only replace match.path.prefix")
        }
    }
}
