import FilterAPI

/// How often similar questions may get a wrong answer, and how that is kept: `vector.maxErrorRate` and `vector.verification`.
struct VerificationSettings: Sendable, Hashable {
    /// What part of all lookups may get a wrong answer, above 0 and up to 0.5.
    var maxErrorRate: Double
    /// How many right labels an entry needs before its own labels count for it; default 3.
    var minLabels = 3
    /// What part of lookups goes to the upstream at least, whatever is known, so that a change is noticed; default 0.02.
    var exploration = 0.02
    /// How many right labels in a row end the quarantine of an entry that was found wrong; 0 for no quarantine; default 8.
    var quarantine = 8
    /// Whether what all entries show together counts too; default `true`.
    var shared = true
    /// Makes the choices repeatable; `nil` for the system's randomness.
    var seed: Int?

    init(maxErrorRate: Double) { self.maxErrorRate = maxErrorRate }

    /// Reads the two keys of `vector`; `nil` without `maxErrorRate`.
    init?(vector fields: ConfigurationFields) {
        let rate = fields.double(
            "maxErrorRate",
            in: 0.0001...0.5,
            help: "What part of lookups may get a wrong answer; when stored answers may be served is then learnt."
        )
        let given = fields.object("verification", help: "How that is learnt.") { Self(reading: $0) }
        if given != nil, rate == nil, !fields.has("maxErrorRate"), !fields.isDescribing {
            fields.error(at: "verification", "found without \"maxErrorRate\"; expected both or neither")
        }
        guard let rate else { return nil }
        self = given ?? Self(maxErrorRate: rate)
        self.maxErrorRate = rate
    }

    private init(reading fields: ConfigurationFields) {
        let standard = Self(maxErrorRate: 0)
        self = standard
        self.minLabels = fields.integer(
            "minLabels",
            in: 1...10_000,
            default: standard.minLabels,
            help: "How often a stored answer has to be found right before its own labels count for it."
        )
        self.exploration = fields.double(
            "exploration",
            in: 0...1,
            default: standard.exploration,
            help: "What part of lookups asks the upstream at least, so that a change is noticed."
        )
        self.quarantine = fields.integer(
            "quarantine",
            in: 0...10_000,
            default: standard.quarantine,
            help: "How often in a row an answer that was found wrong has to be right before it is served again; 0: not."
        )
        self.shared = fields.bool(
            "shared",
            default: standard.shared,
            help: "Whether what all stored answers have shown together counts too."
        )
        self.seed = fields.integer("seed", help: "Makes the choices repeatable, for tests.")
    }
}
