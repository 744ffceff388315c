/// Patterns of `*` (any run), `?` (one character) and `\` (the next character literally).
///
/// Backtracks to the last star only, so the time is bounded by text times pattern.
enum WildcardPattern {
    private enum Step {
        case star, anyCharacter, literal(UInt32), never
    }

    static func matches(_ text: Bytes, _ pattern: Bytes) -> Bool {
        var textIndex = 0
        var patternIndex = 0
        var sawStar = false
        var retryPattern = 0
        var retryText = 0
        while true {
            if patternIndex >= pattern.count, textIndex >= text.count { return true }
            if patternIndex < pattern.count {
                let (step, next) = step(of: pattern, at: patternIndex, afterStar: sawStar)
                if case .star = step {
                    sawStar = true
                    (retryPattern, retryText) = (next, textIndex)
                    patternIndex = next
                    if next == pattern.count { return true }
                    continue
                }
                let character = UTF8Decoding.scalar(of: text, at: textIndex)
                if character.width > 0, accepts(step, character.value) {
                    textIndex += character.width
                    patternIndex = next
                    continue
                }
            }
            guard sawStar, retryText < text.count else { return false }
            retryText += UTF8Decoding.scalar(of: text, at: retryText).width
            (textIndex, patternIndex) = (retryText, retryPattern)
        }
    }

    private static func accepts(_ step: Step, _ character: UInt32) -> Bool {
        switch step {
        case .anyCharacter: true
        case .literal(let expected): expected == character
        case .star, .never: false
        }
    }

    /// A backslash at the very end stands for itself behind a star and for nothing elsewhere, as in the original.
    private static func step(of pattern: Bytes, at index: Int, afterStar: Bool) -> (Step, Int) {
        let scalar = UTF8Decoding.scalar(of: pattern, at: index)
        let next = index + scalar.width
        switch scalar.value {
        case UInt32(ASCII.star): return (.star, next)
        case UInt32(ASCII.questionMark): return (.anyCharacter, next)
        case UInt32(ASCII.backslash):
            let escaped = UTF8Decoding.scalar(of: pattern, at: next)
            if escaped.width > 0 { return (.literal(escaped.value), next + escaped.width) }
            return (afterStar ? .literal(scalar.value) : .never, next)
        default: return (.literal(scalar.value), next)
        }
    }
}
