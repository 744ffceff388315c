/// One change of one key, in the terms of the part of the message that it is for.
enum TransformStep<Key: Sendable>: Sendable {
    /// Takes the key away.
    case remove(Key)
    /// Gives the values of one key to another one, after those that it has.
    case rename(from: Key, to: Key)
    /// Sets the key, whether it is there or not.
    case replace(Key, TransformValue)
    /// Sets the key if it is not there.
    case add(Key, TransformValue)
    /// Gives the key one more value.
    case append(Key, TransformValue)
    /// Sets the key to what is found elsewhere, if it is there.
    case map(TransformSource, to: Key)
    /// Leaves fewer of the key's values.
    case dedupe(Key, DedupeStrategy)
}

/// Where `map` takes its values from.
enum TransformSource: Sendable {
    case field(FieldKey)
    case query(String)
    /// A GJSON path of a JSON body; the name of a parameter in a form.
    case body(BodyKey)
}

/// Which of several values stay: `strategy`.
enum DedupeStrategy: String, Sendable, CaseIterable {
    case retainFirst = "RETAIN_FIRST"
    case retainLast = "RETAIN_LAST"
    case retainUnique = "RETAIN_UNIQUE"
    case splitAndRetainFirst = "SPLIT_AND_RETAIN_FIRST"
    case splitAndRetainLast = "SPLIT_AND_RETAIN_LAST"

    /// What stays of values.
    func retained(of values: [String]) -> [String] {
        switch self {
        case .retainFirst: Array(values.prefix(1))
        case .retainLast: Array(values.suffix(1))
        case .retainUnique: values.uniqued { $0 }
        case .splitAndRetainFirst: values.prefix(1).map { String(DedupeStrategy.pieces(of: $0).first ?? "") }
        case .splitAndRetainLast: values.prefix(1).map { String(DedupeStrategy.pieces(of: $0).last ?? "") }
        }
    }

    /// What stays of an array: its only element by itself, several as an array.
    func retained(of elements: [JSONTree]) -> JSONTree? {
        guard let first = elements.first, let last = elements.last else { return nil }
        switch self {
        case .retainFirst: return first
        case .retainLast: return last
        case .retainUnique:
            let unique = elements.uniqued { $0.plainText ?? "null" }
            return unique.count == 1 ? first : .array(unique)
        case .splitAndRetainFirst, .splitAndRetainLast:
            let texts: [String] = self.retained(of: [first.plainText ?? ""])
            return texts.first.map { .text($0) }
        }
    }

    private static func pieces(of text: String) -> [Substring] {
        text.split(separator: ",", omittingEmptySubsequences: false)
    }
}

extension Sequence {
    /// The elements without those whose text was there before.
    fileprivate func uniqued(by text: (Element) -> String) -> [Element] {
        var seen: Set<String> = []
        return self.filter { seen.insert(text($0)).inserted }
    }
}

/// The changes of one direction, part by part, each in the file's order.
struct TransformRules: Sendable {
    var fields: [TransformStep<FieldKey>] = []
    var query: [TransformStep<String>] = []
    var body: [TransformStep<BodyKey>] = []

    /// Whether nothing is to be changed.
    var isEmpty: Bool { self.fields.isEmpty && self.query.isEmpty && self.body.isEmpty }

    /// Whether the body has to be read: it is changed, or something is taken from it.
    var readsBody: Bool {
        !self.body.isEmpty || self.fields.contains(where: \.readsBody) || self.query.contains(where: \.readsBody)
    }
}

extension TransformStep {
    fileprivate var readsBody: Bool {
        if case .map(.body, _) = self { true } else { false }
    }
}
