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

    /// Fewer right or wrong semantic hits than this tell nothing about a threshold.
    static let fewestHits = 30

    /// - Parameters:
    ///   - report: What was seen.
    ///   - wanted: The most wrong answers, as a share of all lookups.
    ///   - z: The confidence; see ``Proportion/deviations(for:)``.
    init(_ report: ThresholdReport, errorRate wanted: Double, _ z: Double) {
        let strictestFirst = report.measure == .similarity ? report.rows.reversed() : report.rows
        var best: ThresholdReport.Row?
        for row in strictestFirst {
            guard row.errors.interval(z).upperBound <= wanted else { break }
            best = row
        }
        let fewest = Proportion.fewest(forBound: wanted, z)
        if let best {
            let seen = best.precision.total
            self =
                seen >= Self.fewestHits
                ? .threshold(best)
                : .tooFew("only \(seen) similar questions were compared; \(Self.fewestHits) are needed")
        } else if report.compared < fewest {
            self = .tooFew("\(report.compared) lookups were compared; this error rate needs \(fewest) without an error")
        } else {
            self = .tooManyErrors("the strictest threshold already has too many wrong answers to be sure")
        }
    }
}
