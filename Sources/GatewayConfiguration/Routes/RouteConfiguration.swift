package import FilterAPI

/// An item of `routes`: which requests it takes and what becomes of them.
package struct RouteConfiguration: Sendable {
    /// What becomes of a request.
    package enum Action: Sendable {
        /// It goes to the service of this address.
        case service(String)
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
    /// Protocols that a client may change to, in lower case and in the file's order.
    package let upgrades: [String]
    /// What this route says about filters of the chain, in the file's order.
    package let filters: [RouteFilterConfiguration]
    let nameReference: ConfigurationReference?
    let service: ConfigurationReference?
    let upgradeReferences: [ConfigurationReference]
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
        upgrades = RouteConfiguration.upgrades(fields)
        filters = RouteFilterConfiguration.read(fields, "filters")
        action =
            serviceName.map { .service($0) } ?? redirect.map { .redirect($0) } ?? response.map { .response($0) }
        nameReference = fields.reference(at: "name")
        service = fields.reference(at: "service")
        upgradeReferences = fields.references(at: "upgrades")
        position = fields.position
        location = fields.location
        checkTogether(fields)
    }

    private func checkTogether(_ fields: ConfigurationFields) {
        let actions = ["service", "redirect", "response"].filter(fields.has)
        if actions.isEmpty, !fields.isDescribing {
            fields.error("found none of service, redirect, response; expected exactly one")
        } else if actions.count > 1 {
            fields.error(at: actions[1], "found \(actions.joined(separator: " and ")); expected exactly one of them")
        }
        let needService = actions.isEmpty || actions.contains("service") ? [] : ["rewrite", "timeout", "upgrades"]
        for key in needService where fields.has(key) {
            fields.error(at: key, "needs \"service\"; a \(actions[0]) never reaches one")
        }
        guard case .regex = match.path else { return }
        if case .prefix = rewrite?.path { fields.error(at: "rewrite", "a prefix can only replace match.path.prefix") }
        if case .redirect(let redirect) = action, case .prefix = redirect.path {
            fields.error(at: "redirect", "a prefix can only replace match.path.prefix")
        }
    }
}
