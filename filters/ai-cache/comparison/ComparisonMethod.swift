/// How it is told whether two answers say the same: `compare.method`.
enum ComparisonMethod: Sendable {
    /// The texts are equal, byte by byte.
    case equal
    /// They are equal but for what ``NormalisedText`` takes away.
    case normalised
    /// Their vectors have at least this cosine, and no guard tells them apart.
    case similar(least: Double)
    /// A language model says so.
    case judge(AnswerJudge)

    /// What comes after a look at the texts alone.
    enum Step: Sendable {
        case decided(AnswerVerdict)
        /// The vectors of the two have to be compared.
        case embed(String, String, least: Double)
        /// The judge has to be asked.
        case ask(AnswerJudge, AnswerJudge.Case)
    }

    /// The longest answer, in bytes of UTF-8, in which every guard counts. In a longer one only numbers and dates do: it holds
    /// names, quotations and negations for many reasons.
    static let longestForGuards = 400

    /// What the texts alone tell. Takes time in proportion to their length, about 50 ms for a megabyte.
    ///
    /// - Parameters:
    ///   - pair: The answers.
    ///   - guards: What tells them apart whatever their vectors say.
    ///   - longestForVectors: The longest answer, in bytes of UTF-8, whose vector says something of all of it.
    func step(for pair: AnswerPair, guards: Guards, longestForVectors: Int) -> Step {
        let (fresh, cached) = (pair.fresh.text, pair.cached.text)
        if fresh.utf8.elementsEqual(cached.utf8) { return .decided(.same) }
        let longest = max(fresh.utf8.count, cached.utf8.count)
        switch self {
        case .equal: return .decided(.different)
        case .normalised: return .decided(Self.isSameWhenNormalised(fresh, cached) ? .same : .different)
        case .similar(let least):
            if Self.isSameWhenNormalised(fresh, cached) { return .decided(.same) }
            guard longest <= longestForVectors else { return .decided(.undecided(.tooLong)) }
            let guards = longest <= Self.longestForGuards ? guards : guards.limited(to: [.numbers, .dates])
            let isRefused = guards.refusal(GuardedText(fresh), GuardedText(cached)) != nil
            return isRefused ? .decided(.different) : .embed(fresh, cached, least: least)
        case .judge(let judge):
            guard longest <= AnswerJudge.longestAnswer else { return .decided(.undecided(.tooLong)) }
            return .ask(judge, AnswerJudge.Case(question: pair.question, first: cached, second: fresh))
        }
    }

    /// The verdict of two vectors.
    static func verdict(_ first: [Float], _ second: [Float], least: Double) -> AnswerVerdict {
        guard first.count == second.count, let first = UnitVector(first), let second = UnitVector(second) else {
            return .undecided(.noVector)
        }
        return Double(first.cosine(to: second)) >= least ? .same : .different
    }

    private static func isSameWhenNormalised(_ first: String, _ second: String) -> Bool {
        NormalisedText(first).text == NormalisedText(second).text
    }
}
