/// The parameters of a query or of a form, in order; what nobody changes stays as it was written.
///
/// Source: RFC 3986, section 3.4; WHATWG URL, section 5 (application/x-www-form-urlencoded).
struct FormValues {
    /// One parameter as it is written.
    private struct Item {
        let name: String
        let text: Substring
    }

    private var items: [Item]
    /// Whether `+` stands for a blank: in forms it does, in queries clients do not agree.
    private let takesPlus: Bool

    /// Reads the text of a query without its `?`, or of a form.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - isForm: Whether it is the body of a form.
    init(_ text: Substring, isForm: Bool) {
        self.takesPlus = isForm
        self.items = text.split(separator: "&").map { item in
            Item(name: FormValues.decode(item.prefix { $0 != "=" }, plus: isForm), text: item)
        }
    }

    /// The text with all changes.
    var text: String { self.items.map(\.text).joined(separator: "&") }

    /// The decoded values of a name.
    func values(of name: String) -> [String] {
        self.items.filter { $0.name == name }.map { item in
            let value = item.text.drop { $0 != "=" }.dropFirst()
            return FormValues.decode(value, plus: self.takesPlus)
        }
    }

    /// Whether there is a parameter of that name.
    func contains(_ name: String) -> Bool { self.items.contains { $0.name == name } }

    /// Puts values in the place of the first parameter of that name and takes the others away.
    mutating func setValues(_ values: [String], of name: String) {
        let made = values.map { FormValues.item(name, $0) }
        let place = self.items.firstIndex { $0.name == name } ?? self.items.count
        self.items.removeAll { $0.name == name }
        self.items.insert(contentsOf: made, at: min(place, self.items.count))
    }

    /// Adds a parameter after the last one of its name.
    mutating func append(_ value: String, to name: String) {
        let place = self.items.lastIndex { $0.name == name }.map { $0 + 1 } ?? self.items.count
        self.items.insert(FormValues.item(name, value), at: place)
    }

    private static func item(_ name: String, _ value: String) -> Item {
        Item(name: name, text: Substring("\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))"))
    }

    /// A name or value without escapes; bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Parameters:
    ///   - text: The text as it is written.
    ///   - plus: Whether `+` stands for a blank.
    static func decode(_ text: Substring, plus: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || plus && $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(JSONString.hexValue),
                let low = rest.dropFirst().first.flatMap(JSONString.hexValue)
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plus && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
