#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How often an answer may be served so that no more lookups than allowed get a wrong one.
///
/// Let `p` be the chance that an entry's answer is right at a score. Served with probability `1 - tau`, and else answered by
/// the upstream, a lookup gets a wrong answer with probability `(1 - tau)(1 - p)`; it is at most `delta` when
/// `1 - tau <= delta / (1 - p)`. For `p`, which nobody knows, stands `alpha`, which is not above it: for any `epsilon` the
/// curve is, but for a chance of `epsilon`, above the lowest one that the labels leave possible at confidence `1 - epsilon`,
/// so that `p >= (1 - epsilon) L(epsilon) = alpha`. The `epsilon` that allows most is taken.
///
/// The curves that the labels leave possible are those whose likelihood is at least `epsilon` times the greatest. Twice the
/// logarithm of that ratio has, for the two parameters of a curve, the chi-squared distribution of two degrees of freedom,
/// whose tail at `-2 ln epsilon` is `epsilon`: a joint confidence region. For labels that are all right it gives
/// `L = epsilon^(1/n)`, which is Clopper and Pearson's exact bound. It needs no variances, which the delta method has to take
/// from a curve that fits perfectly as 0 or infinite. Since each logit at the score belongs to one `epsilon`, the search goes
/// over logits.
///
/// Source: Schroeder et al. (arXiv 2502.03771), section 4.2 with algorithm 1, for `tau`; Wilks: "The Large-Sample Distribution
/// of the Likelihood Ratio for Testing Composite Hypotheses" (1938), and Clopper and Pearson (1934), for the region.
struct ErrorBound: Sendable, Hashable {
    /// Which part of all lookups may get a wrong answer: `delta`.
    let mostErrors: Double
    /// The least ``alpha(_:at:)`` with which anything is served.
    var leastChance = 0.0

    /// Logits among which the bound is looked for: chances of being right from 0.5 to 0.9999.
    private static let logits = 0.0...9.2

    /// How often the answer of an entry may be served at a score, from 0 to 1; 0 when the best curve itself says that it is
    /// wrong more often than allowed, and when the labels warrant less than ``leastChance``.
    ///
    /// The two conditions are ours: the formula alone would spend the allowance on entries that are known to be bad, and on
    /// scores of which nothing is known.
    func share(_ likelihood: LabelLikelihood, at score: Double) -> Double {
        let required = log((1 - self.mostErrors) / self.mostErrors)
        guard ScoreLabels.isUsable(score), likelihood.profile(logit: required, at: score).derivative > 0 else {
            return 0
        }
        let alpha = Self.alpha(likelihood, at: score)
        return alpha < self.leastChance ? 0 : self.share(alpha: alpha)
    }

    /// How often one may serve what is right with at least this chance.
    func share(alpha: Double) -> Double {
        guard alpha < 1 else { return 1 }
        return min(1, max(0, self.mostErrors / (1 - alpha)))
    }

    /// The chance of being right that so many labels warrant which all say right, at their own score.
    static func alpha(rights count: Int) -> Double {
        // The greatest of (1 - epsilon) epsilon^(1/n), at epsilon = 1 / (n + 1).
        let count = Double(max(1, count))
        return count / (count + 1) * pow(1 / (count + 1), 1 / count)
    }

    /// The chance of being right at a score that the labels warrant.
    ///
    /// Found by the golden section; a place that is not the very best gives a bound that is lower and holds too.
    static func alpha(_ likelihood: LabelLikelihood, at score: Double) -> Double {
        let value = { (logit: Double) -> Double in
            let profile = likelihood.profile(logit: logit, at: score)
            // Above the best estimate nothing is warranted.
            guard profile.derivative > 0 else { return 0 }
            let epsilon = exp(min(0, profile.logLikelihood - likelihood.best))
            return (1 - epsilon) * LabelLikelihood.chance(logit)
        }
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (self.logits.lowerBound, self.logits.upperBound)
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (value(left), value(right))
        var best = max(atLeft, atRight)
        for _ in 0..<10 {
            if atLeft >= atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = value(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = value(right)
            }
            best = max(best, atLeft, atRight)
        }
        return best
    }
}
