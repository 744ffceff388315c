import NIOCore

/// A value inside the JSON that a service answered, reached by names and places, or the lack of one.
///
/// ```swift
/// try answer["data"][0]["embedding"].vector()
/// ```
///
/// Going down from a value that is not there gives one that is not there; what is then asked for tells the way to it.
struct JSONAnswer {
    private enum Step {
        case name(StaticString)
        case givenName(String)
        case index(Int)
    }

    private let document: JSONDocument
    /// The value's place; `nil` when there is none.
    private let value: Int?
    private let way: [Step]

    init(_ document: JSONDocument) {
        self.init(document, JSONDocument.root, [])
    }

    private init(_ document: JSONDocument, _ value: Int?, _ way: [Step]) {
        self.document = document
        self.value = value
        self.way = way
    }

    /// A member of an object; a null one counts as absent.
    subscript(name: StaticString) -> JSONAnswer {
        JSONAnswer(self.document, self.value.flatMap { self.document.member(name, of: $0) }, self.way + [.name(name)])
    }

    /// The member of an object whose name the configuration gives; a null one counts as absent.
    func member(named name: String) -> JSONAnswer {
        var member: Int?
        if let value {
            self.document.forEachMember(of: value) { nameOfMember, valueOfMember in
                guard member == nil, self.document.string(nameOfMember) == name else { return }
                member = valueOfMember
            }
        }
        if let found = member, self.document.kind(of: found) == .null { member = nil }
        return JSONAnswer(self.document, member, self.way + [.givenName(name)])
    }

    /// An element of an array, from 0.
    subscript(index: Int) -> JSONAnswer {
        var element: Int?
        var place = 0
        if let value {
            self.document.forEachElement(of: value) {
                if place == index { element = $0 }
                place += 1
            }
        }
        return JSONAnswer(self.document, element, self.way + [.index(index)])
    }
}

extension JSONAnswer {
    /// Whether there is a value.
    var exists: Bool { self.value != nil }

    /// The kind of the value.
    var kind: JSONDocument.Kind? { self.value.map { self.document.kind(of: $0) } }

    /// A string's text.
    var string: String? { self.value.flatMap { self.document.string($0) } }

    /// A string's bytes, without escapes.
    var bytes: ByteBuffer? { self.kind == .string ? self.value.map { self.document.decoded($0) } : nil }

    /// A whole number.
    var integer: Int? { self.value.flatMap { self.document.integer($0) } }

    /// A finite number.
    var number: Double? {
        guard self.kind == .number, let value else { return nil }
        let literal = self.document.literal(value)
        return literal.withUnsafeReadableBytes { JSONNumber.double($0) }
    }

    /// The value as it stands, a string without its quotes; for messages.
    var literal: String? { self.value.map { String(buffer: self.document.literal($0)) } }

    /// The elements of an array.
    ///
    /// - Throws: ``ProviderError`` when the value is no array.
    func elements() throws(ProviderError) -> [JSONAnswer] {
        guard let value, self.document.kind(of: value) == .array else { throw self.missing("a list") }
        return self.document.elements(of: value).enumerated().map { index, element in
            JSONAnswer(self.document, element, self.way + [.index(index)])
        }
    }

    /// A number that has to be there.
    ///
    /// - Throws: ``ProviderError`` when the value is no finite number.
    func requiredNumber() throws(ProviderError) -> Double {
        guard let number else { throw self.missing("a finite number") }
        return number
    }

    /// How many there are of something; `nil` for anything but a whole number from 0 to 2^31 - 1.
    var count: Int? { self.integer.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil } }

    /// How many there are of something, which has to be told.
    ///
    /// - Throws: ``ProviderError`` when the value is something else.
    func requiredCount() throws(ProviderError) -> Int {
        guard let count else { throw self.missing("a whole number") }
        return count
    }

    /// An array of numbers; one that is too large for a `Float` becomes infinite.
    ///
    /// - Throws: ``ProviderError`` when the value is something else.
    func numbers() throws(ProviderError) -> [Float] {
        guard let value, let numbers = self.document.floats(value) else { throw self.missing("a list of numbers") }
        return numbers
    }

    /// An array of numbers that can be compared with others of its kind.
    ///
    /// - Throws: ``ProviderError`` when the value is something else, is empty, holds a number that does not fit, or
    ///   nothing but zeros.
    func vector() throws(ProviderError) -> [Float] { try self.numbers().comparable() }

    private func missing(_ expected: String) -> ProviderError {
        let place = self.wayText
        guard let kind else { return ProviderError(.badAnswer, "the answer has no \(place)") }
        return ProviderError(.badAnswer, "\(place) of the answer is \(kind.inWords); expected \(expected)")
    }

    private var wayText: String {
        var text = ""
        for step in self.way {
            switch step {
            case .name(let name): text += (text.isEmpty ? "" : ".") + name.description
            case .givenName(let name): text += (text.isEmpty ? "" : ".") + name
            case .index(let index): text += "[\(index)]"
            }
        }
        return text.isEmpty ? "the whole" : text
    }
}

extension JSONDocument.Kind {
    /// The kind with its article.
    fileprivate var inWords: String {
        switch self {
        case .null: "null"
        case .true, .false: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
