/// Finds the numbers of a text, in digits of any script and in English words.
enum NumberScan {
    /// Each number once: `1,000.50` is `1000.5`, `007` is `7`, `five` is `5`.
    static func numbers(in text: String, _ words: [String]) -> Set<String> {
        var numbers = Set(words.compactMap { self.names[$0] })
        var current = ""
        let scalars = Array(text.unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            if let digit = self.digit(scalar) {
                current.append(digit)
            } else if !current.isEmpty, self.continues(scalars, place) {
                if scalar == "." { current.append(".") }
            } else if !current.isEmpty {
                numbers.insert(self.normal(current))
                current = ""
            }
        }
        if !current.isEmpty { numbers.insert(self.normal(current)) }
        return numbers
    }

    /// Whether a point or comma stands inside a number.
    private static func continues(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        guard place + 1 < scalars.count, self.digit(scalars[place + 1]) != nil else { return false }
        if scalars[place] == "." { return true }
        guard scalars[place] == ",", place + 3 < scalars.count else { return false }
        // Thousands: exactly three digits follow.
        let following = scalars[(place + 1)...].prefix { self.digit($0) != nil }.count
        return following == 3
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Character? {
        if scalar.isASCII { return ("0"..."9").contains(scalar) ? Character(scalar) : nil }
        guard scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue else {
            return nil
        }
        return String(Int(value)).first
    }

    private static func normal(_ digits: String) -> String {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2 else { return digits }
        let front = whole.drop { $0 == "0" }
        var back = parts.count == 2 ? parts[1] : ""
        while back.last == "0" { back.removeLast() }
        return (front.isEmpty ? "0" : String(front)) + (back.isEmpty ? "" : "." + back)
    }

    /// "One" and "second" are left out: they mostly say something else.
    private static let names: [String: String] = [
        "zero": "0", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
        "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40",
        "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100",
        "thousand": "1000", "million": "1000000", "billion": "1000000000",
    ]
}
