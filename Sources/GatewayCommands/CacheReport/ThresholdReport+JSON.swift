import Foundation

extension ThresholdReport {
    /// The report as JSON; the recommendation is there when one is wanted, and says why when there is none.
    ///
    /// - Parameters:
    ///   - confidence: That of the bounds.
    ///   - wanted: The error rate that a threshold is wanted for, if one is.
    func json(confidence: Double, errorRate wanted: Double?) throws -> String {
        let z = Proportion.deviations(for: confidence)
        let written = WrittenReport(
            lookups: self.lookups,
            compared: self.compared,
            served: self.served,
            unnamed: self.unnamed,
            measure: self.measure,
            confidence: confidence,
            exact: WrittenReport.Exact(hits: self.exactHits, agreed: self.exact.count, compared: self.exact.total),
            thresholds: self.rows.map { WrittenReport.Row($0, z) },
            recommendation: wanted.map {
                WrittenReport.Recommendation(
                    ThresholdRecommendation(self, errorRate: $0, z),
                    self.relation,
                    errorRate: $0
                )
            }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(written), as: UTF8.self)
    }
}

/// The members of the report.
private struct WrittenReport: Encodable {
    struct Exact: Encodable {
        let hits: Int
        let agreed: Int
        let compared: Int
    }

    struct Row: Encodable {
        let threshold: Double
        let hitRate: Double
        let semanticHits: Int
        let questions: Int
        let agreed: Int
        let compared: Int
        let precision: Double?
        let precisionBounds: [Double]
        let errorRate: Double?
        let errorRateAtMost: Double

        init(_ row: ThresholdReport.Row, _ z: Double) {
            let bounds = row.precision.interval(z)
            self.threshold = row.threshold
            self.hitRate = row.hits.share ?? 0
            self.semanticHits = row.semanticHits
            self.questions = row.questions
            self.agreed = row.precision.count
            self.compared = row.precision.total
            self.precision = row.precision.share
            self.precisionBounds = [bounds.lowerBound, bounds.upperBound]
            self.errorRate = row.errors.share
            self.errorRateAtMost = row.errors.interval(z).upperBound
        }
    }

    struct Recommendation: Encodable {
        let maxErrorRate: Double
        var threshold: Double?
        var thresholdRelation: String?
        var reason: String?

        init(_ recommendation: ThresholdRecommendation, _ relation: String, errorRate: Double) {
            self.maxErrorRate = errorRate
            switch recommendation {
            case .threshold(let row):
                self.threshold = row.threshold
                self.thresholdRelation = relation
            case .tooFew(let reason): self.reason = "too few observations: \(reason)"
            case .tooManyErrors(let reason): self.reason = reason
            }
        }
    }

    let lookups: Int
    let compared: Int
    let served: Int
    let unnamed: Int
    let measure: CacheObservation.Measure
    let confidence: Double
    let exact: Exact
    let thresholds: [Row]
    let recommendation: Recommendation?
}
