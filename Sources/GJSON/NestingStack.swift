/// Which of the open brackets are braces, one bit each; no allocation up to 64 levels.
struct NestingStack {
    private(set) var depth = 0
    private var top: UInt64 = 0
    private var below: [UInt64] = []

    /// Whether the innermost bracket is a brace.
    var isInObject: Bool { top & 1 == 1 }

    mutating func push(isObject: Bool) {
        if depth > 0, depth % 64 == 0 {
            below.append(top)
            top = 0
        }
        top = top << 1 | (isObject ? 1 : 0)
        depth += 1
    }

    mutating func pop() {
        guard depth > 0 else { return }
        top >>= 1
        depth -= 1
        if depth > 0, depth % 64 == 0, let word = below.popLast() { top = word }
    }
}
