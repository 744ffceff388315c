import NIOCore

/// Names and places that lead to a value inside a JSON text: `users.0.name`.
///
/// A dot nests, `\.` is a dot within a name. On an array a number is a place, from 0, and `#` stands for every element.
///
/// Source: the path syntax of `github.com/tidwall/sjson`.
struct JSONKeyPath: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case name(String)
        case every
    }

    let text: String
    let steps: [Step]

    init(_ text: String) {
        self.text = text
        var steps: [Step] = []
        var name = ""
        var isEscaped = false
        var hasEscape = false
        func finish() {
            steps.append(name == "#" && !hasEscape ? .every : .name(name))
            name = ""
            hasEscape = false
        }
        for character in text {
            if isEscaped {
                name.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
                hasEscape = true
            } else if character == "." {
                finish()
            } else {
                name.append(character)
            }
        }
        finish()
        self.steps = steps
    }

    /// Whether a step stands for every element of an array.
    var hasEvery: Bool { self.steps.contains(.every) }
}

extension JSONTree {
    /// The value at a path; the first when a name is there twice. A path with `#` leads nowhere.
    func value(at path: JSONKeyPath) -> JSONTree? { self.value(at: path.steps[...]) }

    private func value(at steps: ArraySlice<JSONKeyPath.Step>) -> JSONTree? {
        guard let step = steps.first else { return self }
        guard case .name(let name) = step else { return nil }
        switch self {
        case .array(let elements):
            guard let index = Int(name), elements.indices.contains(index) else { return nil }
            return elements[index].value(at: steps.dropFirst())
        case .object(let members):
            return members.first { $0.isNamed(name) }?.value.value(at: steps.dropFirst())
        case .word, .string: return nil
        }
    }

    /// Puts a value at a path, making the objects on the way; other members of the same name go.
    ///
    /// `#` takes the way through every element that has the rest of it already. A place one past an array's end adds an
    /// element; places further on, and names of an array, are left alone.
    mutating func set(_ value: JSONTree, at path: JSONKeyPath) { self.set(value, at: path.steps[...]) }

    private mutating func set(_ value: JSONTree, at steps: ArraySlice<JSONKeyPath.Step>) {
        guard let step = steps.first else {
            self = value
            return
        }
        switch (self, step) {
        case (.array(var elements), .every):
            self = .array([])
            for index in elements.indices where elements[index].holds(steps.dropFirst()) {
                elements[index].set(value, at: steps.dropFirst())
            }
            self = .array(elements)
        case (.array(var elements), .name(let name)):
            guard let index = name == "-1" ? elements.count : Int(name), 0...elements.count ~= index else { return }
            self = .array([])
            if index == elements.count { elements.append(.object([])) }
            elements[index].set(value, at: steps.dropFirst())
            self = .array(elements)
        case (.object(var members), .name(let name)):
            self = .array([])
            JSONTree.set(value, at: steps.dropFirst(), of: name, in: &members)
            self = .object(members)
        case (.word, .name(let name)), (.string, .name(let name)):
            var members: [Member] = []
            JSONTree.set(value, at: steps.dropFirst(), of: name, in: &members)
            self = .object(members)
        default: return
        }
    }

    private static func set(
        _ value: JSONTree,
        at steps: ArraySlice<JSONKeyPath.Step>,
        of name: String,
        in members: inout [Member]
    ) {
        if let index = members.firstIndex(where: { $0.isNamed(name) }) {
            members[index].value.set(value, at: steps)
            let later = members[(index + 1)...].filter { !$0.isNamed(name) }
            members.replaceSubrange((index + 1)..., with: later)
        } else if !steps.contains(.every) {
            var made = JSONTree.object([])
            made.set(value, at: steps)
            members.append(Member(name: JSONString.encoded(name), value: made))
        }
    }

    private func holds(_ steps: ArraySlice<JSONKeyPath.Step>) -> Bool {
        guard let step = steps.first else { return true }
        switch (self, step) {
        case (.array(let elements), .every): return elements.contains { $0.holds(steps.dropFirst()) }
        case (.array(let elements), .name(let name)):
            guard let index = Int(name), elements.indices.contains(index) else { return false }
            return elements[index].holds(steps.dropFirst())
        case (.object(let members), .name(let name)):
            return members.first { $0.isNamed(name) }?.value.holds(steps.dropFirst()) ?? false
        default: return false
        }
    }

    /// Takes away what is at a path: all members of that name, or one element.
    mutating func remove(at path: JSONKeyPath) { self.remove(at: path.steps[...]) }

    private mutating func remove(at steps: ArraySlice<JSONKeyPath.Step>) {
        guard case .name(let name)? = steps.first else { return }
        let rest = steps.dropFirst()
        switch self {
        case .array(var elements):
            guard let index = Int(name), elements.indices.contains(index) else { return }
            self = .array([])
            if rest.isEmpty { elements.remove(at: index) } else { elements[index].remove(at: rest) }
            self = .array(elements)
        case .object(var members):
            self = .array([])
            if rest.isEmpty {
                members.removeAll { $0.isNamed(name) }
            } else {
                for index in members.indices where members[index].isNamed(name) {
                    members[index].value.remove(at: rest)
                }
            }
            self = .object(members)
        case .word, .string: return
        }
    }
}
