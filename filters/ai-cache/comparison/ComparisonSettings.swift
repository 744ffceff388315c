import FilterAPI

/// How answers are compared, and how many wait for it: `compare`.
struct ComparisonSettings: Sendable {
    /// The least cosine of two answers that say the same, unless the configuration says another.
    static let leastCosine = 0.75
    /// How many comparisons may be under way, unless the configuration says another number.
    static let mostWaiting = 64

    /// `nil` when the configuration has errors.
    let method: ComparisonMethod?
    /// How many comparisons may be under way or wait; one more is left out.
    let mostWaiting: Int

    /// What holds without `compare`.
    static let standard = ComparisonSettings(method: .similar(least: leastCosine), mostWaiting: mostWaiting)

    init(method: ComparisonMethod?, mostWaiting: Int) {
        self.method = method
        self.mostWaiting = mostWaiting
    }

    /// Reads `compare`.
    init(_ fields: ConfigurationFields) {
        let methods: [ConfigurationVariant<ComparisonMethod?>] = [
            ConfigurationVariant("equal") { _ in .equal },
            ConfigurationVariant("normalised") { _ in .normalised },
            ConfigurationVariant("similar") { .similar(least: Self.threshold($0)) },
            ConfigurationVariant("judge") { fields in AnswerJudge(fields).map { .judge($0) } },
        ]
        let chosen = fields.variant("method", of: methods, help: "How it is told whether two answers say the same.")
        self.method = chosen?.value
        self.mostWaiting = fields.integer(
            "queue",
            in: 1...100_000,
            default: Self.mostWaiting,
            help: "How many comparisons may be under way; one more is left out."
        )
    }

    private static func threshold(_ fields: ConfigurationFields) -> Double {
        fields.double(
            "threshold",
            in: 0...1,
            default: Self.leastCosine,
            help: "The least cosine of the vectors of two answers that say the same."
        )
    }
}
