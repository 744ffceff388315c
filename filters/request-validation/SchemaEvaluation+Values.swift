import FilterAPI
import NIOCore

extension JSONDocument {
    /// The kinds that a value is of; a whole number is of two.
    func schemaTypes(of value: Int) -> SchemaType {
        switch self.kind(of: value) {
        case .null: .null
        case .true, .false: .boolean
        case .number: self.isWhole(value) ? [.number, .integer] : .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Whether a number has no fraction: 1, 1.0 and 1e2 have none, however large they are.
    private func isWhole(_ value: Int) -> Bool {
        let text = self.literal(value)
        if text.readableBytesView.allSatisfy({ $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") <= 9 }) {
            return true
        }
        guard let number = Double(String(buffer: text)), number.isFinite else { return true }
        return number == number.rounded(.towardZero)
    }

    /// Names and values of an object's members.
    func members(of value: Int) -> [(name: Int, value: Int)] {
        var members: [(name: Int, value: Int)] = []
        self.forEachMember(of: value) { members.append(($0, $1)) }
        return members
    }

    /// Whether an object has a member of that name, a null one too.
    func has(_ name: String, in value: Int) -> Bool {
        var isThere = false
        self.forEachMember(of: value) { member, _ in
            if !isThere, self.decoded(member).readableBytesView.elementsEqual(name.utf8) { isThere = true }
        }
        return isThere
    }
}

extension Double {
    /// Whether dividing by `step` leaves nothing, up to what doubles can tell.
    func isMultiple(of step: Double) -> Bool {
        if !self.isFinite { return false }
        let quotient = self / step
        if !quotient.isFinite { return self.truncatingRemainder(dividingBy: step) == 0 }
        return (quotient - quotient.rounded()).magnitude <= 1e-9 * Swift.max(1, quotient.magnitude) * 1e-3
    }

    /// The number as one writes it in a schema.
    var shown: String { Int(exactly: self).map { String($0) } ?? self.description }
}

extension ClosedRange<Int> {
    /// The numbers in words, such as `1 to 10` or `at least 2`.
    var inWords: String {
        if self.upperBound == Int.max { return "at least \(self.lowerBound)" }
        if self.lowerBound == self.upperBound { return "exactly \(self.lowerBound)" }
        return self.lowerBound == 0 ? "at most \(self.upperBound)" : "\(self.lowerBound) to \(self.upperBound)"
    }
}

extension JSONSchema {
    /// A name as a token of a JSON Pointer in a URI's fragment (RFC 6901, sections 3 and 6): names that differ stay different.
    ///
    /// Of what a URI has escapes for only the percent sign is escaped, so that no name reads as the escape of another.
    static func pointerToken(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1").replacing("%", with: "%25")
    }

    /// A name as a token of a JSON Pointer for messages: on one line and cut at 80 characters.
    static func shownToken(_ name: String) -> String {
        self.cleaned(name).replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// A name in quotes for messages.
    static func quoted(_ name: String) -> String { "\"\(self.cleaned(name))\"" }

    private static func cleaned(_ name: String) -> String {
        let scalars = name.unicodeScalars.prefix(80).map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F || scalar.properties.generalCategory == .lineSeparator
                || scalar.properties.generalCategory == .paragraphSeparator ? "\u{FFFD}" : scalar
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
