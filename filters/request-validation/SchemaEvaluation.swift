import FilterAPI
import NIOCore

/// Applies a schema to one JSON text.
///
/// Depth and number of steps are bounded, so that no text can make a schema that refers to itself run for long.
struct SchemaEvaluation {
    /// How deep subschemas may be inside each other while they are applied.
    static var maximumDepth: Int { 1000 }

    private let schema: JSONSchema
    private let document: JSONDocument
    /// How many subschemas and members may still be looked at.
    private var stepsLeft: Int
    private var depth = 0
    /// How many schemas are tried whose violations nobody will see.
    private var probes = 0
    /// The way from the root to the value at hand, for messages.
    private var way: [Step] = []

    private enum Step {
        /// A member by the place of its name.
        case member(Int)
        case element(Int)
    }

    /// What ends the whole, also inside `anyOf` and `not`.
    private struct Exhausted: Error {}

    private init(_ schema: JSONSchema, _ document: JSONDocument) {
        self.schema = schema
        self.document = document
        self.stepsLeft = 10_000 + 16 * document.text.readableBytes
    }

    /// The first reason why a text does not fit, or `nil` when it does.
    static func violation(of document: JSONDocument, by schema: JSONSchema) -> SchemaViolation? {
        var evaluation = SchemaEvaluation(schema, document)
        do {
            return try evaluation.apply(schema.root, to: JSONDocument.root)
        } catch {
            return SchemaViolation(pointer: evaluation.pointer, expected: "a text that is checked in fewer steps")
        }
    }

    private mutating func apply(_ node: Int, to value: Int) throws -> SchemaViolation? {
        self.stepsLeft -= 1
        self.depth += 1
        defer { self.depth -= 1 }
        if self.stepsLeft < 0 || self.depth > Self.maximumDepth { throw Exhausted() }
        switch self.schema.nodes[node] {
        case .anything: return nil
        case .nothing: return self.violation("nothing here")
        case .rules(let rules):
            for rule in rules {
                if let violation = try self.apply(rule, to: value) { return violation }
            }
            return nil
        }
    }

    private func violation(_ expected: @autoclosure () -> String) -> SchemaViolation {
        self.probes > 0
            ? SchemaViolation(pointer: "", expected: "") : SchemaViolation(pointer: self.pointer, expected: expected())
    }

    private func passes(_ condition: Bool, _ expected: @autoclosure () -> String) -> SchemaViolation? {
        condition ? nil : self.violation(expected())
    }

    /// Whether a value fits; why not is nobody's business.
    private mutating func fits(_ node: Int, _ value: Int) throws -> Bool {
        self.probes += 1
        defer { self.probes -= 1 }
        return try self.apply(node, to: value) == nil
    }
}

// MARK: - Rules

extension SchemaEvaluation {
    private mutating func apply(_ rule: SchemaRule, to value: Int) throws -> SchemaViolation? {
        switch rule {
        case .type(let types):
            return self.passes(!types.isDisjoint(with: self.document.schemaTypes(of: value)), types.inWords)
        case .values(let values, let shown): return self.checkValue(value, values, shown)
        case .multipleOf, .maximum, .minimum: return self.checkNumber(value, rule)
        case .length, .pattern, .format: return self.checkString(value, rule)
        case .elementCount, .unique, .elements, .contains: return try self.checkArray(value, rule)
        case .memberCount, .required, .members, .memberNames, .dependentNames, .dependentSchema:
            return try self.checkObject(value, rule)
        case .condition, .all, .any, .one, .not, .reference: return try self.checkSubschemas(value, rule)
        }
    }

    private func checkValue(_ value: Int, _ values: Set<[UInt8]>, _ shown: [String]) -> SchemaViolation? {
        let list = shown.count == 1 ? shown[0] : "one of \(shown.prefix(20).joined(separator: ", "))"
        return self.passes(values.contains(self.canonical(value)), list)
    }

    private func canonical(_ value: Int) -> [UInt8] {
        var canonical = CanonicalJSON()
        canonical.write(value, of: self.document)
        return canonical.output
    }

    private func checkNumber(_ value: Int, _ rule: SchemaRule) -> SchemaViolation? {
        guard self.document.kind(of: value) == .number else { return nil }
        let text = String(buffer: self.document.literal(value))
        // What is beyond a double is as far away as a number can be.
        let number = Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity)
        switch rule {
        case .multipleOf(let step): return self.passes(number.isMultiple(of: step), "a multiple of \(step.shown)")
        case .maximum(let limit, false): return self.passes(number <= limit, "at most \(limit.shown)")
        case .maximum(let limit, true): return self.passes(number < limit, "less than \(limit.shown)")
        case .minimum(let limit, false): return self.passes(number >= limit, "at least \(limit.shown)")
        case .minimum(let limit, true): return self.passes(number > limit, "more than \(limit.shown)")
        default: return nil
        }
    }

    private func checkString(_ value: Int, _ rule: SchemaRule) -> SchemaViolation? {
        guard self.document.kind(of: value) == .string else { return nil }
        let text = self.document.decoded(value)
        switch rule {
        case .length(let range):
            let count = text.readableBytesView.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
            return self.passes(range.contains(count), "a text of \(range.inWords) characters")
        case .pattern(let pattern):
            return self.passes(
                text.withUnsafeReadableBytes { pattern.matches($0) },
                "a text that matches \(pattern.text)"
            )
        case .format(let format):
            return self.passes(format.takes(String(buffer: text)), "a text of the format \(format.rawValue)")
        default: return nil
        }
    }
}

// MARK: - Arrays and objects

extension SchemaEvaluation {
    private mutating func checkArray(_ value: Int, _ rule: SchemaRule) throws -> SchemaViolation? {
        guard self.document.kind(of: value) == .array else { return nil }
        switch rule {
        case .elementCount(let range):
            return self.passes(range.contains(self.document.elements(of: value).count), "\(range.inWords) elements")
        case .unique:
            var seen: Set<[UInt8]> = []
            let areUnique = self.document.elements(of: value).allSatisfy { seen.insert(self.canonical($0)).inserted }
            return self.passes(areUnique, "elements that are all different")
        case .elements(let first, let rest):
            for (index, element) in self.document.elements(of: value).enumerated() {
                guard let node = index < first.count ? first[index] : rest else { return nil }
                if let violation = try self.apply(node, to: element, at: .element(index)) { return violation }
            }
            return nil
        case .contains(let node):
            for element in self.document.elements(of: value) where try self.fits(node, element) { return nil }
            return self.violation("an element that fits \"contains\"")
        default: return nil
        }
    }

    private mutating func checkObject(_ value: Int, _ rule: SchemaRule) throws -> SchemaViolation? {
        guard self.document.kind(of: value) == .object else { return nil }
        switch rule {
        case .memberCount(let range):
            return self.passes(range.contains(self.document.members(of: value).count), "\(range.inWords) members")
        case .required(let names):
            for name in names where !self.document.has(name, in: value) {
                return self.violation("a member \(JSONSchema.quoted(name))")
            }
            return nil
        case .members(let named, let matching, let rest):
            return try self.checkMembers(value, named, matching, rest)
        case .memberNames(let node):
            for member in self.document.members(of: value) {
                if let violation = try self.apply(node, to: member.name, at: .member(member.name)) { return violation }
            }
            return nil
        case .dependentNames(let name, let others):
            guard self.document.has(name, in: value) else { return nil }
            return try self.checkObject(value, .required(others))
        case .dependentSchema(let name, let node):
            return self.document.has(name, in: value) ? try self.apply(node, to: value) : nil
        default: return nil
        }
    }

    private mutating func checkMembers(
        _ value: Int,
        _ named: [String: Int],
        _ matching: [(Pattern, Int)],
        _ rest: Int?
    ) throws -> SchemaViolation? {
        for member in self.document.members(of: value) {
            let name = self.document.string(member.name) ?? ""
            var nodes: [Int] = []
            if let node = named[name] { nodes.append(node) }
            for (pattern, node) in matching where pattern.matches(name) { nodes.append(node) }
            if nodes.isEmpty, let rest {
                if case .nothing = self.schema.nodes[rest] {
                    self.way.append(.member(member.name))
                    defer { self.way.removeLast() }
                    return self.violation("no member of this name")
                }
                nodes.append(rest)
            }
            self.stepsLeft -= 1
            for node in nodes {
                if let violation = try self.apply(node, to: member.value, at: .member(member.name)) { return violation }
            }
        }
        return nil
    }

    private mutating func apply(_ node: Int, to value: Int, at step: Step) throws -> SchemaViolation? {
        self.way.append(step)
        let violation = try self.apply(node, to: value)
        self.way.removeLast()
        return violation
    }
}

// MARK: - Schemas over the same value

extension SchemaEvaluation {
    private mutating func checkSubschemas(_ value: Int, _ rule: SchemaRule) throws -> SchemaViolation? {
        switch rule {
        case .all(let nodes):
            for node in nodes {
                if let violation = try self.apply(node, to: value) { return violation }
            }
            return nil
        case .any(let nodes):
            for node in nodes where try self.fits(node, value) { return nil }
            return self.violation("a value that fits one of the \(nodes.count) schemas of \"anyOf\"")
        case .one(let nodes):
            var fitting = 0
            for node in nodes where try self.fits(node, value) { fitting += 1 }
            return self.passes(fitting == 1, "a value that fits exactly one schema of \"oneOf\", not \(fitting)")
        case .not(let node):
            return self.passes(try !self.fits(node, value), "a value that does not fit \"not\"")
        case .condition(let when, let then, let otherwise):
            let node = try self.fits(when, value) ? then : otherwise
            return try node.flatMap { try self.apply($0, to: value) }
        case .reference(let node): return try self.apply(node, to: value)
        default: return nil
        }
    }

    /// The way as a JSON Pointer (RFC 6901); names are cut, so that a log line stays one.
    private var pointer: String {
        self.way.map { step in
            switch step {
            case .element(let index): "/\(index)"
            case .member(let name): "/" + JSONSchema.shownToken(self.document.string(name) ?? "")
            }
        }.joined()
    }
}
