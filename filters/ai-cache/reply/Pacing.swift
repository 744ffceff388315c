import FilterAPI
import NIOCore

/// How fast hits are streamed: `pacing`.
struct Pacing: Sendable, Hashable {
    /// What sets the pace.
    enum Pace: Sendable, Hashable {
        /// As the upstream's answer came.
        case recorded
        /// So many tokens a second.
        case steady(Int)
    }

    let pace: Pace
    /// A replay that would take longer is made faster so that it does not.
    let longest: TimeAmount

    init(_ pace: Pace, longest: TimeAmount) {
        self.pace = pace
        self.longest = longest
    }

    fileprivate init(_ pace: Pace, _ fields: ConfigurationFields) {
        let longest = fields.duration(
            "maxDuration",
            in: .milliseconds(1)...(.seconds(600)),
            default: .seconds(30),
            help: "The longest that a replay takes; one that would take longer is made faster."
        )
        self.init(pace, longest: TimeAmount(longest))
    }
}

extension ConfigurationFields {
    /// Reads `pacing`; `nil` for hits that are streamed at once.
    ///
    /// - Parameter form: How answers are stored.
    func pacing(form: StoredForm) -> Pacing? {
        let variants: [ConfigurationVariant<Pacing?>] = [
            ConfigurationVariant("none") { _ in nil },
            ConfigurationVariant("recorded") { Pacing(.recorded, $0) },
            ConfigurationVariant("steady") { fields in
                let tokens = fields.integer(
                    "tokensPerSecond",
                    in: 1...10_000,
                    default: 50,
                    help: "How many tokens of the answer are sent in a second."
                )
                return Pacing(.steady(tokens), fields)
            },
        ]
        let read = self.object("pacing", help: "How fast a hit is streamed; default: at once.") { fields in
            fields.variant("type", of: variants, help: "What sets the pace.")?.value
        }
        guard let pacing = read ?? nil else { return nil }
        if form == .plain {
            self.warning(at: "pacing", "has no effect: an answer from a template, or with an empty scope, is one event")
        }
        return pacing
    }
}
