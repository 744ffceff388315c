import Foundation

extension ThresholdReport {
    /// The report for people: what was seen, a line a threshold, and the recommendation.
    ///
    /// - Parameters:
    ///   - confidence: That of the bounds.
    ///   - wanted: The error rate that a threshold is wanted for, if one is.
    func text(confidence: Double, errorRate wanted: Double?) -> String {
        let z = Proportion.deviations(for: confidence)
        var parts = [self.summary, self.table(z, confidence)]
        if let wanted {
            let recommendation = ThresholdRecommendation(self, errorRate: wanted, z)
            parts.append(recommendation.text(of: self, errorRate: wanted))
        }
        return parts.joined(separator: "\n\n")
    }

    private var summary: String {
        let agreed =
            self.exact.share.map { ", \(percent($0)) of \(self.exact.total) agreed with the fresh answer" } ?? ""
        var lines = [
            "\(self.lookups) lookups, \(self.compared) of them compared with a fresh answer",
            "\(self.exactHits) of equal questions\(agreed)",
        ]
        if self.served > 0 {
            lines.append("\(self.served) were served from the cache, so nothing tells whether they were right")
        }
        if self.unnamed > 0 {
            lines.append(
                "\(self.unnamed) do not name their question, as older gateways wrote them: each counts as one of its own, and "
                    + "repeats that would be wrong are not seen"
            )
        }
        return lines.joined(separator: "\n")
    }

    private func table(_ z: Double, _ confidence: Double) -> String {
        let sure = percent(confidence, digits: confidence == 0.95 || confidence == 0.99 || confidence == 0.9 ? 0 : 1)
        let columns = [
            "#THRESHOLD", "#HIT RATE", "#SIMILAR", "#COMPARED", "#PRECISION", "#\(sure) SURE", "#ERROR RATE",
            "#AT MOST", "#QUESTIONS",
        ]
        var table = TextTable(columns)
        for row in self.rows {
            let precision = row.precision.interval(z)
            let bounds = "\(percent(precision.lowerBound)) to \(percent(precision.upperBound))"
            table.add([
                shown(row.threshold), percent(row.hits.share), "\(row.semanticHits)", "\(row.precision.total)",
                percent(row.precision.share), row.precision.total == 0 ? "-" : bounds,
                percent(row.errors.share, digits: 2),
                percent(row.errors.interval(z).upperBound, digits: 2), "\(row.questions)",
            ])
        }
        return table.text
    }
}

extension ThresholdRecommendation {
    fileprivate func text(of report: ThresholdReport, errorRate wanted: Double) -> String {
        let bound = percent(wanted, digits: wanted < 0.01 ? 2 : 1)
        return switch self {
        case .threshold(let row):
            "for at most \(bound) wrong answers: threshold: \(shown(row.threshold)), thresholdRelation: \(report.relation)"
        case .tooFew(let reason): "no threshold for at most \(bound) wrong answers: too few observations: \(reason)"
        case .tooManyErrors(let reason): "no threshold for at most \(bound) wrong answers: \(reason)"
        }
    }
}

extension ThresholdReport {
    /// What `thresholdRelation` has to say for these thresholds.
    var relation: String { self.measure == .similarity ? "gte" : "lte" }
}

/// A share as per cent; `-` when there is none.
private func percent(_ share: Double?, digits: Int = 1) -> String {
    share.map { String(format: "%.\(digits)f %%", $0 * 100) } ?? "-"
}

/// A threshold with as many digits as it needs, two at least.
private func shown(_ value: Double) -> String {
    let short = String(format: "%.2f", value)
    return Double(short) == value ? short : "\(value)"
}
