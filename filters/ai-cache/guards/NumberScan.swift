/// Finds the numbers that a text has in digits of any script.
enum NumberScan {
    /// The numbers that are written in digits, in their order: `1,000.50` is `1000.5`, `007` is `7`, `3:00` is `3`.
    ///
    /// A minus counts right before the digits and behind nothing that it could join them to: `-5` is not `5`, and `3-5`
    /// is `3` and `5`.
    static func written(in text: String) -> [String] {
        var numbers: [String] = []
        var current = ""
        var isNegative = false
        let scalars = Array(text.unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            if let digit = self.digit(scalar) {
                if current.isEmpty { isNegative = self.hasMinus(scalars, before: place) }
                current.append(digit)
            } else if !current.isEmpty, self.continues(scalars, place) {
                if scalar == "." { current.append(".") }
            } else if !current.isEmpty {
                if !self.isFullHour(current, endingAt: place, scalars) {
                    numbers.append(self.normal(current, isNegative: isNegative))
                }
                current = ""
            }
        }
        if !current.isEmpty, !self.isFullHour(current, endingAt: scalars.count, scalars) {
            numbers.append(self.normal(current, isNegative: isNegative))
        }
        return numbers
    }

    /// What the word behind a number is, by the number: `30 years` is `year` for `30`, `7 %` is `percent` for `7`.
    ///
    /// Numbers that stand several times are left out, and so are those that are followed by the same word as others.
    static func counted(_ folded: FoldedText, _ words: [String]) -> [String: String] {
        var counted: [String: String] = [:]
        var numbers: [String: Int] = [:]
        var things: [String: Int] = [:]
        for (place, word) in folded.words.enumerated() where word.kind == .digits {
            let number = self.normal(words[place])
            numbers[number, default: 0] += 1
            guard place + 1 < words.count, folded.words[place + 1].kind != .digits else { continue }
            let next = words[place + 1]
            let isPlural = next.utf8.count > 3 && next.hasSuffix("s")
            let thing = next == "%" ? "percent" : isPlural ? String(next.dropLast()) : next
            things[thing, default: 0] += 1
            counted[number] = thing
        }
        return counted.filter { numbers[$0.key] == 1 && things[$0.value] == 1 }
    }

    /// Whether digits are the minutes of a full hour, which say nothing: 3:00 is 3.
    private static func isFullHour(_ digits: String, endingAt end: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let colon = end - 3
        guard digits == "00", colon > 0, scalars[colon] == ":", self.digit(scalars[colon - 1]) != nil else {
            return false
        }
        return end >= scalars.count || scalars[end] != ":"
    }

    /// Whether a minus stands before a place, with nothing, white space or a bracket before it.
    private static func hasMinus(_ scalars: [Unicode.Scalar], before place: Int) -> Bool {
        guard place > 0, scalars[place - 1] == "-" || scalars[place - 1] == "\u{2212}" else { return false }
        guard place > 1 else { return true }
        return scalars[place - 2].properties.isWhitespace || scalars[place - 2] == "("
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

    private static func normal(_ digits: String, isNegative: Bool) -> String {
        let size = self.normal(digits)
        return isNegative && size != "0" ? "-" + size : size
    }

    private static func normal(_ digits: String) -> String {
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2 else { return digits }
        let front = whole.drop { $0 == "0" }
        var back = parts.count == 2 ? parts[1] : ""
        while back.last == "0" { back.removeLast() }
        return (front.isEmpty ? "0" : String(front)) + (back.isEmpty ? "" : "." + back)
    }
}
