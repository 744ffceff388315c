/// What a comparison of two answers found.
enum AnswerVerdict: Sendable, Hashable {
    /// They say the same.
    case same
    /// They do not.
    case different
    /// It cannot be told; counts neither for nor against the cached answer.
    case undecided(Doubt)

    /// Why it cannot be told.
    enum Doubt: String, Sendable, Hashable, CaseIterable {
        /// The answers are longer than the method takes.
        case tooLong = "too_long"
        /// An answer could not be made a vector.
        case noVector = "no_vector"
        /// The judge could not be asked, or did not answer in time.
        case noJudge = "no_judge"
        /// The judge said something else than one of the two words.
        case notUnderstood = "not_understood"
    }
}

extension AnswerVerdict: CustomStringConvertible {
    /// The words of the log.
    var description: String {
        switch self {
        case .same: "same"
        case .different: "different"
        case .undecided(let doubt): "undecided (\(doubt.rawValue))"
        }
    }
}
