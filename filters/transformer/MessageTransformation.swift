import FilterAPI
import NIOCore

/// One message while its rules are applied: fields first, then the query, then the body.
///
/// `map` sees every part as it is at that moment.
struct MessageTransformation {
    /// A body that rules understand.
    enum Body {
        case json(JSONTree)
        case form(FormValues)

        /// Reads a body by its content type, or gives `nil` when no rule understands it.
        ///
        /// - Throws: ``JSONBeyondLimits`` for JSON that rules would not see although the receiver may.
        init?(_ bytes: ByteBuffer, of headers: HeaderFields, on side: TransformSide) throws(JSONBeyondLimits) {
            if headers.announceJSON {
                guard let document = try JSONDocument(readable: bytes.withoutByteOrderMark) else { return nil }
                let tree = JSONTree(document)
                switch tree {
                case .object, .array: self = .json(tree)
                case .word, .string: return nil
                }
            } else if side == .request, headers.announceForm, UTF8Validation.isValid(bytes) {
                self = .form(FormValues(Substring(String(buffer: bytes)), isForm: true))
            } else {
                return nil
            }
        }

        /// The body as it is sent on.
        var bytes: ByteBuffer {
            switch self {
            case .json(let tree): tree.bytes
            case .form(let values): ByteBuffer(string: values.text)
            }
        }
    }

    private let stream: StreamContext
    private let side: TransformSide
    private var fields: StreamFields
    private var body: Body?

    init(_ stream: StreamContext, _ side: TransformSide, body: Body?) {
        self.stream = stream
        self.side = side
        self.fields = StreamFields(stream: stream, side: side)
        self.body = body
    }

    /// Applies all rules, and gives the body when rules changed it.
    ///
    /// - Throws: ``PatternReplacementError``.
    mutating func apply(_ rules: TransformRules) throws -> ByteBuffer? {
        for step in rules.fields {
            var fields = self.fields
            try fields.apply(step, source: { self.texts(of: $0) }, text: { try self.text($0) })
        }
        try self.applyQuery(rules.query)
        guard !rules.body.isEmpty, let body = self.body else { return nil }
        for step in rules.body { try self.applyBody(step) }
        return self.body.map { $0.bytes } ?? body.bytes
    }

    private mutating func applyQuery(_ steps: [TransformStep<String>]) throws {
        for step in steps {
            var query = self.query
            try query.apply(step, source: { self.texts(of: $0) }, text: { try self.text($0) })
            let path = String(self.stream.request.pathWithoutQuery)
            let changed = query.text.isEmpty ? path : "\(path)?\(query.text)"
            if changed != self.stream.request.path { self.stream.request.path = changed }
        }
    }

    private mutating func applyBody(_ step: TransformStep<BodyKey>) throws {
        switch self.body {
        case .json(var tree):
            try tree.apply(step, source: { self.tree(of: $0) }, value: { try self.tree(of: $0) })
            self.body = .json(tree)
        case .form(var values):
            try values.apply(step.named, source: { self.texts(of: $0) }, text: { try self.text($0) })
            self.body = .form(values)
        case nil: return
        }
    }
}

// MARK: - Values

extension MessageTransformation {
    private var query: FormValues { FormValues(self.stream.request.query ?? "", isForm: false) }

    private func text(_ value: TransformValue) throws -> String {
        guard value.template != nil else { return value.text }
        return try value.text(host: self.stream.receivedAuthority, path: self.stream.receivedPath)
    }

    private func tree(of value: TransformValue) throws -> JSONTree {
        if let json = value.json { return json }
        return .text(try self.text(value))
    }

    /// What `map` finds for a part of texts.
    private func texts(of source: TransformSource) -> [String]? {
        switch source {
        case .field(let key): return self.fields.values(of: key)
        case .query(let name): return self.query.values(of: name)
        case .body(let key):
            switch self.body {
            case .json(let tree): return tree.value(of: key)?.plainText.flatMap { $0.isEmpty ? nil : [$0] }
            case .form(let values): return values.values(of: key.text)
            case nil: return nil
            }
        }
    }

    /// What `map` finds for a JSON body: one text as a string, several as an array.
    private func tree(of source: TransformSource) -> JSONTree? {
        if case .body(let key) = source, case .json(let tree) = self.body { return tree.value(of: key) }
        guard let texts = self.texts(of: source), let first = texts.first else { return nil }
        return texts.count == 1 ? .text(first) : .array(texts.map { .text($0) })
    }
}

extension FormValues: KeyedValues {}

extension TransformStep<BodyKey> {
    /// The same step for a form, whose keys are plain names.
    fileprivate var named: TransformStep<String> {
        switch self {
        case .remove(let key): .remove(key.text)
        case .rename(let old, let new): .rename(from: old.text, to: new.text)
        case .replace(let key, let value): .replace(key.text, value)
        case .add(let key, let value): .add(key.text, value)
        case .append(let key, let value): .append(key.text, value)
        case .map(let source, let key): .map(source, to: key.text)
        case .dedupe(let key, let strategy): .dedupe(key.text, strategy)
        }
    }
}

extension HeaderFields {
    /// Whether the body is a form that can be read here.
    var announceForm: Bool {
        self.hasContentType("application/x-www-form-urlencoded") && self.announceIdentity
    }
}

extension UTF8Validation {
    fileprivate static func isValid(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { self.isValid($0) }
    }
}
