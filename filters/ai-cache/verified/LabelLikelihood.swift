#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How well logistic curves explain the labels of an entry.
///
/// The model is `P(right | s) = 1 / (1 + exp(-(logit + slope (s - score))))`: a logistic curve of the score `s`, told by its
/// logit at one score and its slope, which is `gamma` of the paper; `t` is where the logit is 0. The slope lies between 0 (a
/// nearer question is never answered worse) and ``steepest``.
///
/// Both bounds together make maximum likelihood well behaved also for labels that are all right, all wrong, or fully told
/// apart by their scores, for which the unbounded estimate runs away: nothing has to be made up beside the data.
///
/// Source: Schroeder et al.: "vCache: Verified Semantic Prompt Caching" (arXiv 2502.03771), section 4.
struct LabelLikelihood: Sendable {
    /// The steepest curve: from right in one case of ten to right in nine of ten within 0.044 of the score. How far labels
    /// speak for scores below their own depends on it.
    static let steepest = 100.0

    private let groups: [ScoreLabels.Group]
    /// The logarithm of the greatest likelihood that any curve gives the labels.
    let best: Double

    init(_ labels: ScoreLabels) {
        self.groups = labels.groups
        self.best = Self.best(of: labels.groups)
    }

    /// What the best curve with a logit at a score explains.
    struct Profile: Sendable {
        /// The logarithm of the likelihood.
        let logLikelihood: Double
        /// How it changes with the logit: above 0 the best curve of all is higher at that score, below 0 lower.
        let derivative: Double
    }

    /// The best curve that has this logit at this score.
    func profile(logit: Double, at score: Double) -> Profile {
        let slope = Self.bestSlope(self.groups, logit, score)
        let curve = Curve(logit: logit, slope: slope, score: score)
        return Profile(
            logLikelihood: curve.logLikelihood(of: self.groups),
            derivative: curve.changes(self.groups).logit
        )
    }

    /// The logistic function.
    static func chance(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
}

extension LabelLikelihood {
    /// A curve by its logit at a score.
    private struct Curve {
        let logit: Double
        let slope: Double
        let score: Double

        func logLikelihood(of groups: [ScoreLabels.Group]) -> Double {
            var sum = 0.0
            for group in groups {
                let x = self.logit + self.slope * (group.score - self.score)
                // log(1 + exp(-|x|)) is what both logarithms have in common.
                let rest = log1p(exp(-abs(x)))
                sum -= group.right * (rest + max(0, -x)) + group.wrong * (rest + max(0, x))
            }
            return sum
        }

        /// The derivatives of the logarithm of the likelihood: the gradient, and the Hessian.
        struct Changes {
            var logit = 0.0
            var slope = 0.0
            var logit2 = 0.0
            var both = 0.0
            var slope2 = 0.0
        }

        func changes(_ groups: [ScoreLabels.Group]) -> Changes {
            var changes = Changes()
            for group in groups {
                let distance = group.score - self.score
                let chance = LabelLikelihood.chance(self.logit + self.slope * distance)
                let surplus = group.right - group.count * chance
                let weight = group.count * chance * (1 - chance)
                changes.logit += surplus
                changes.slope += surplus * distance
                changes.logit2 -= weight
                changes.both -= weight * distance
                changes.slope2 -= weight * distance * distance
            }
            return changes
        }
    }

    /// The slope of the best curve with a logit at a score.
    private static func bestSlope(_ groups: [ScoreLabels.Group], _ logit: Double, _ score: Double) -> Double {
        let changes = { (slope: Double) in Curve(logit: logit, slope: slope, score: score).changes(groups) }
        if changes(0).slope <= 0 { return 0 }
        if changes(self.steepest).slope >= 0 { return self.steepest }
        return self.zero(in: 0...self.steepest, from: 10) { slope in
            let found = changes(slope)
            return (found.slope, found.slope2)
        }
    }

    /// The logit of the best curve with a slope.
    private static func bestLogit(_ groups: [ScoreLabels.Group], _ slope: Double, _ score: Double, from: Double)
        -> Double
    {
        // Beyond these every label is explained, or contradicted, as well as can be.
        let reach = groups.reduce(0) { max($0, abs($1.score - score)) } * slope + 40
        return self.zero(in: -reach...reach, from: min(reach, max(-reach, from))) { logit in
            let changes = Curve(logit: logit, slope: slope, score: score).changes(groups)
            return (changes.logit, changes.logit2)
        }
    }

    private static func best(of groups: [ScoreLabels.Group]) -> Double {
        let (right, wrong) = groups.reduce((0.0, 0.0)) { ($0.0 + $1.right, $0.1 + $1.wrong) }
        // One flat curve far up or down explains what is all right or all wrong as well as can be.
        guard right > 0, wrong > 0, let score = groups.dropFirst(groups.count / 2).first?.score else { return 0 }
        let flat = Curve(logit: log(right / wrong), slope: 0, score: score)
        if flat.changes(groups).slope <= 0 { return flat.logLikelihood(of: groups) }
        var logit = flat.logit
        let curve = { (slope: Double) -> Curve in
            logit = self.bestLogit(groups, slope, score, from: logit)
            return Curve(logit: logit, slope: slope, score: score)
        }
        let steep = curve(self.steepest)
        if steep.changes(groups).slope >= 0 { return steep.logLikelihood(of: groups) }
        let slope = self.zero(in: 0...self.steepest, from: 10) { slope in
            let changes = curve(slope).changes(groups)
            // The logit follows the slope.
            let change = changes.logit2 < 0 ? changes.slope2 - changes.both * changes.both / changes.logit2 : 0
            return (changes.slope, change)
        }
        return curve(slope).logLikelihood(of: groups)
    }

    /// Where a function that falls is 0: Newton's method, kept between bounds by bisection.
    private static func zero(
        in range: ClosedRange<Double>,
        from start: Double,
        _ function: (Double) -> (value: Double, change: Double)
    ) -> Double {
        var (low, high) = (range.lowerBound, range.upperBound)
        var place = start
        for _ in 0..<60 {
            let (value, change) = function(place)
            if value > 0 { low = place } else { high = place }
            let step = change < 0 ? place - value / change : Double.nan
            let next = step > low && step < high ? step : (low + high) / 2
            if abs(next - place) < 1e-4 * (1 + abs(place)) { return next }
            place = next
        }
        return place
    }
}
