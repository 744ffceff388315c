/// One evaluation of a path: owns the texts made on the way and bounds the work.
///
/// Time is bounded by path length times JSON length, memory by the JSON length, recursion by a fixed depth.
/// An evaluation that exceeds a bound answers that nothing exists.
struct Evaluation: ~Copyable {
    /// Nesting of multipaths, queries and path components, and of JSON where a modifier descends into it.
    private static let maximumDepth = 256

    private var texts: [UnsafeMutableRawBufferPointer] = []
    private var depth = 0
    private var scanBudget: Int
    private(set) var textBudget: Int
    private var isExhausted = false

    init(json: Bytes, path: Bytes) {
        // Each path component may read its part of the JSON a few times; the slack serves short inputs.
        let (scan, overflow) = json.count.multipliedReportingOverflow(by: 4 * (min(path.count, 1 << 24) + 8))
        scanBudget = overflow ? .max : max(scan, 1 << 20)
        textBudget = 16 * min(json.count, 1 << 40) + 1 << 24
    }

    deinit {
        for text in texts { text.deallocate() }
    }

    /// The value at `path`, missing when the evaluation was too costly.
    mutating func run(_ json: Bytes, _ path: Bytes) -> Node {
        let node = get(json, path)
        return isExhausted ? .missing : node
    }

    /// What a step of the path came to: the value, or JSON on which the rest of the path is evaluated.
    enum Outcome {
        case value(Node)
        case pipe(Bytes, path: Bytes)
    }

    mutating func get(_ json: Bytes, _ path: Bytes) -> Node {
        guard descend() else { return .missing }
        defer { ascend() }
        var (json, path) = (json, path)
        while charge(json.count + path.count) {
            switch step(json, path) {
            case .value(let node): return node
            case .pipe(let nextJSON, let nextPath): (json, path) = (nextJSON, nextPath)
            }
        }
        return .missing
    }

    private mutating func step(_ json: Bytes, _ path: Bytes) -> Outcome {
        guard path.count > 1 else { return search(json, path) }
        switch path[0] {
        case ASCII.at:
            guard let component = ModifierComponent(path) else { break }
            if let outcome = reverseWithoutText(json, component) { return outcome }
            return resume(apply(component.modifier, argument: component.argument, to: json), component.rest)
        case ASCII.bang:
            guard let component = LiteralComponent(path) else { break }
            return resume(component.json, component.rest)
        case ASCII.openBracket, ASCII.openBrace:
            return multipath(json, path)
        default:
            break
        }
        return search(json, path)
    }

    /// Goes on with what follows a component that made `json`.
    private func resume(_ json: Bytes, _ rest: Bytes) -> Outcome {
        if rest[0] == ASCII.pipe || rest[0] == ASCII.dot { return .pipe(json, path: rest.from(1)) }
        return .value(Node(parsing: json))
    }

    private mutating func multipath(_ json: Bytes, _ path: Bytes) -> Outcome {
        guard let component = MultipathComponent(path) else { return search(json, .empty) }
        let rest = component.rest
        guard rest.isEmpty || rest[0] == ASCII.pipe || rest[0] == ASCII.dot else { return search(json, rest) }
        let isObject = path[0] == ASCII.openBrace
        var text = [path[0]]
        for member in component.members {
            let node = get(json, member.path)
            guard node.exists else { continue }
            if text.count > 1 { text.append(ASCII.comma) }
            if isObject {
                member.appendKey(to: &text)
                text.append(ASCII.colon)
            }
            text.append(node.raw)
            guard hasRoom(for: text.count) else { break }
        }
        text.append(isObject ? ASCII.closeBrace : ASCII.closeBracket)
        let made = keep(text)
        return rest.isEmpty ? .value(Node(kind: .json, raw: made)) : .pipe(made, path: rest.from(1))
    }

    private mutating func search(_ json: Bytes, _ path: Bytes) -> Outcome {
        var search = Search(json: json)
        if path[0] == ASCII.dot, path[1] == ASCII.dot {
            _ = searchArray(&search, from: 0, path.from(2))
            return search.outcome
        }
        for index in 0..<json.count {
            if json[index] == ASCII.openBrace {
                _ = searchObject(&search, from: index + 1, path)
                break
            }
            if json[index] == ASCII.openBracket {
                _ = searchArray(&search, from: index + 1, path)
                break
            }
        }
        return search.outcome
    }
}

/// Bounds.
extension Evaluation {
    /// Enters one more level of recursion; false when that is one too many.
    mutating func descend() -> Bool {
        guard depth < Self.maximumDepth else {
            isExhausted = true
            return false
        }
        depth += 1
        return true
    }

    mutating func ascend() {
        depth -= 1
    }

    /// Pays for reading so many bytes; false when the evaluation has to end.
    mutating func charge(_ count: Int) -> Bool {
        scanBudget -= min(count, scanBudget)
        if scanBudget == 0 { isExhausted = true }
        return !isExhausted
    }

    /// Ends the evaluation without a result.
    mutating func exhaust() {
        isExhausted = true
    }

    /// Whether a text of so many bytes may still be kept.
    mutating func hasRoom(for count: Int) -> Bool {
        if count > textBudget { isExhausted = true }
        return !isExhausted
    }

    /// Takes a text over until the evaluation ends.
    mutating func keep(_ text: [UInt8]) -> Bytes {
        guard !text.isEmpty, hasRoom(for: text.count) else { return .empty }
        textBudget -= text.count
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
        copy.copyBytes(from: text)
        texts.append(copy)
        return Bytes(UnsafeRawBufferPointer(copy))
    }
}
