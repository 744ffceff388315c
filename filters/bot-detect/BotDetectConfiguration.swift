import FilterAPI

/// The configuration of `bot-detect`.
struct BotDetectConfiguration: FilterConfiguration {
    let allowed: [Pattern]
    let denied: [Pattern]
    let refusal: Refusing

    init(_ fields: ConfigurationFields) {
        self.allowed = fields.patterns(
            "allow",
            help: "Regular expressions; an agent that one matches passes, whatever else matches."
        )
        self.denied = fields.patterns(
            "deny",
            help: "Regular expressions; an agent that one matches is refused, beside those known to be crawlers."
        )
        self.refusal = Refusing(blockedIn: fields)
    }
}
