import NIOCore

/// Writes a JSON text (RFC 8259) value by value.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object {
///     $0.member("model", "m")
///     $0.member("input") { $0.array { $0.string("text") } }
/// }
/// ```
struct JSONWriter {
    private(set) var bytes = ByteBuffer()
    private var needsComma = false

    /// Writes an object; `content` writes its members.
    mutating func object(_ content: (inout JSONWriter) -> Void) {
        self.nest("{", "}", content)
    }

    /// Writes an array; `content` writes its elements.
    mutating func array(_ content: (inout JSONWriter) -> Void) {
        self.nest("[", "]", content)
    }

    /// Writes a member of the object at hand.
    mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
        self.begin()
        self.writeQuoted(ByteBuffer(string: name))
        self.bytes.writeStaticString(":")
        self.needsComma = false
        value(&self)
    }

    mutating func string(_ text: String) { self.string(ByteBuffer(string: text)) }

    /// Writes text that is known to be UTF-8.
    mutating func string(_ text: ByteBuffer) {
        self.begin()
        self.writeQuoted(text)
    }

    mutating func number(_ number: Int) {
        self.begin()
        self.bytes.writeString(String(number))
    }

    /// Writes a finite number.
    mutating func decimal(_ number: Double) {
        self.begin()
        self.bytes.writeString(number.description)
    }

    mutating func bool(_ value: Bool) {
        self.begin()
        self.bytes.writeString(value ? "true" : "false")
    }

    mutating func null() {
        self.begin()
        self.bytes.writeStaticString("null")
    }

    /// Writes an array of finite numbers, each with the fewest digits that give it back.
    mutating func numbers(_ vector: [Float]) {
        self.begin()
        self.bytes.reserveCapacity(minimumWritableBytes: vector.count * 13 + 2)
        self.bytes.writeStaticString("[")
        for (index, number) in vector.enumerated() {
            if index > 0 { self.bytes.writeStaticString(",") }
            self.bytes.writeString(number.description)
        }
        self.bytes.writeStaticString("]")
    }

    /// Writes a value that is JSON already.
    mutating func json(_ value: ByteBuffer) {
        self.begin()
        self.bytes.writeImmutableBuffer(value)
    }

    private mutating func nest(_ open: StaticString, _ close: StaticString, _ content: (inout JSONWriter) -> Void) {
        self.begin()
        self.bytes.writeStaticString(open)
        self.needsComma = false
        content(&self)
        self.bytes.writeStaticString(close)
        self.needsComma = true
    }

    private mutating func begin() {
        if self.needsComma { self.bytes.writeStaticString(",") }
        self.needsComma = true
    }

    private mutating func writeQuoted(_ text: ByteBuffer) {
        self.bytes.writeStaticString("\"")
        JSONString.encode(text, into: &self.bytes)
        self.bytes.writeStaticString("\"")
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ text: String) { self.member(name) { $0.string(text) } }
    mutating func member(_ name: String, _ number: Int) { self.member(name) { $0.number(number) } }
    mutating func member(_ name: String, _ value: Bool) { self.member(name) { $0.bool(value) } }
    mutating func member(_ name: String, _ vector: [Float]) { self.member(name) { $0.numbers(vector) } }
}
