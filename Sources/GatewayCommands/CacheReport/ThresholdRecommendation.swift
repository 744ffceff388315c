/// The threshold that finds most without wrong answers beyond a bound, or why there is none.
///
/// Thresholds are tried from the strictest on, for as long as the upper bound of the error rate is within what is wanted; the
/// last one is recommended. Trying them in an order that was fixed before, and stopping at the first that fails, keeps the
/// confidence of one test for all of them.
///
/// Source: fixed sequence testing, as in A. N. Angelopoulos et al., "Learn then Test", arXiv 2110.01052, section 3.
enum ThresholdRecommendation: Hashable, Sendable {
    case threshold(ThresholdReport.Row)
    /// Too little was seen to say.
    case tooFew(String)
    /// No threshold holds the bound.
    case tooManyErrors(String)

    /// Similar answers to fewer different questions than this tell nothing about a threshold.
    static let fewestQuestions = 30
    /// Where not even this share of similar answers is surely right, nothing is recommended, however few they are.
    static let leastPrecision = 0.5

    /// - Parameters:
    ///   - report: What was seen.
    ///   - wanted: The most wrong answers, as a share of all lookups.
    ///   - z: The confidence; see ``Proportion/deviations(for:)``.
    init(_ report: ThresholdReport, errorRate wanted: Double, _ z: Double) {
        let strictestFirst = report.measure == .similarity ? report.rows.reversed() : report.rows
        let within = strictestFirst.prefix { $0.errors.interval(z).upperBound <= wanted }
        let best = within.last {
            $0.questions >= Self.fewestQuestions && $0.precision.interval(z).lowerBound >= Self.leastPrecision
        }
        if let best {
            self = .threshold(best)
        } else if let loosest = within.last {
            self = Self.refusal(of: loosest, next: strictestFirst.dropFirst(within.count).first)
        } else {
            self = Self.refusal(report, strictestFirst.first, Proportion.fewest(forBound: wanted, z))
        }
    }

    /// Why none is recommended where the error rate would be as wanted.
    private static func refusal(of row: ThresholdReport.Row, next: ThresholdReport.Row?) -> Self {
        if row.questions >= self.fewestQuestions {
            return .tooManyErrors("of the answers to similar questions not even half are surely right")
        }
        if let next, next.errors.count > 0 {
            return .tooManyErrors(
                "\(next.threshold) already has too many wrong answers to be sure, and stricter ones hardly a hit"
            )
        }
        return .tooFew("only \(row.questions) similar questions were compared; \(self.fewestQuestions) are needed")
    }

    /// Why none is recommended where no threshold surely has the wanted error rate.
    private static func refusal(_ report: ThresholdReport, _ strictest: ThresholdReport.Row?, _ fewest: Int) -> Self {
        if report.compared < fewest {
            return .tooFew("\(report.compared) lookups were compared; this error rate needs \(fewest) without an error")
        }
        if let errors = strictest?.errors, errors.count == 0 {
            return .tooFew(
                "\(report.compared) lookups were compared, which with their repeats count as \(Int(errors.effectiveTotal)); "
                    + "this error rate needs \(fewest) without an error"
            )
        }
        return .tooManyErrors("the strictest threshold already has too many wrong answers to be sure")
    }
}
