/// The first component of a path as an object reads it: a key or a pattern of keys.
struct ObjectComponent {
    /// The key without its escapes.
    var key = Key.plain(.empty)
    /// Whether the key has an unescaped `*` or `?`.
    var isPattern = false
    /// What follows a dot, evaluated inside the value.
    var rest: Bytes?
    /// What follows a pipe, or a dot before a modifier or multipath: evaluated on the result.
    var pipe: Bytes?

    enum Key {
        case plain(Bytes)
        case unescaped([UInt8])
    }

    init(_ path: Bytes) {
        for index in 0..<path.count {
            switch path[index] {
            case ASCII.pipe, ASCII.dot:
                key = .plain(path.upTo(index))
                end(path, at: index)
                return
            case ASCII.star, ASCII.questionMark:
                isPattern = true
            case ASCII.backslash:
                readEscaped(path, from: index)
                return
            default:
                break
            }
        }
        key = .plain(path)
    }

    private mutating func readEscaped(_ path: Bytes, from start: Int) {
        var unescaped = path.upTo(start).array
        defer { key = .unescaped(unescaped) }
        guard start + 1 < path.count else { return }
        unescaped.append(path[start + 1])
        var index = start + 2
        while index < path.count {
            switch path[index] {
            case ASCII.backslash:
                index += 1
                if index < path.count { unescaped.append(path[index]) }
                index += 1
                continue
            case ASCII.pipe, ASCII.dot:
                end(path, at: index)
                return
            case ASCII.star, ASCII.questionMark:
                isPattern = true
            default:
                break
            }
            unescaped.append(path[index])
            index += 1
        }
    }

    private mutating func end(_ path: Bytes, at index: Int) {
        let following = path.from(index + 1)
        if path[index] == ASCII.pipe || PathSyntax.beginsPipedComponent(following) {
            pipe = following
        } else {
            rest = following
        }
    }

    /// Whether a key, given as its literal content, is the one that the component names.
    func matches(_ content: Bytes, isEscaped: Bool) -> Bool {
        guard isEscaped else { return matches(content) }
        return LenientUnescaping.unescape(content).withUnsafeBytes { matches(Bytes($0)) }
    }

    private func matches(_ text: Bytes) -> Bool {
        switch key {
        case .plain(let key): matches(text, key)
        case .unescaped(let key): key.withUnsafeBytes { matches(text, Bytes($0)) }
        }
    }

    private func matches(_ text: Bytes, _ key: Bytes) -> Bool {
        isPattern ? WildcardPattern.matches(text, key) : text == key
    }
}
