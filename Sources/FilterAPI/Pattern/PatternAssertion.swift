/// A condition on the place between two bytes.
enum PatternAssertion: Sendable, Hashable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary

    /// Whether it holds between two bytes; -1 stands for no byte, at the text's beginning and end.
    func holds(after previous: Int, before next: Int) -> Bool {
        switch self {
        case .textStart: previous < 0
        case .textEnd: next < 0
        case .lineStart: previous < 0 || previous == 0x0A
        case .lineEnd: next < 0 || next == 0x0A
        case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
        case .noWordBoundary: Self.isWord(previous) == Self.isWord(next)
        }
    }

    static func isWord(_ byte: Int) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }
}
