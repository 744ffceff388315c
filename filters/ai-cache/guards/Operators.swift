/// The signs of a text that say what is done with numbers and how things compare: 12 + 4 is not 12 * 4, x < 5 not x > 5.
///
/// A sign counts between two things that it can join: a number and a number or a variable of one letter, for comparisons any
/// words. So arrows, lists, options and hyphens are none. Words count between two numbers ("12 divided by 4").
struct Operators: Sendable, Hashable {
    enum Arithmetic: Sendable, Hashable {
        case plus, minus, times, divided, power
    }

    enum Comparison: Sendable, Hashable {
        case less, atMost, greater, atLeast, equal, unequal
    }

    private var arithmetic: [Arithmetic] = []
    private var comparisons: [Comparison] = []

    init(_ text: String) {
        let scalars = text.unicodeScalars.map { Self.narrow($0) }
        var place = 0
        while place < scalars.count {
            let end = Self.end(of: place, scalars)
            self.read(scalars, place..<end)
            place = end
        }
    }

    /// Whether both texts have signs, and not the same. Where one has more of them, those may stand in words in the other, so
    /// that only other ones count.
    func contradicts(_ other: Operators) -> Bool {
        Self.differ(self.arithmetic, other.arithmetic) || Self.differ(self.comparisons, other.comparisons)
    }

    private static func differ<Sign: Hashable>(_ first: [Sign], _ second: [Sign]) -> Bool {
        guard !first.isEmpty, !second.isEmpty else { return false }
        return first.count == second.count ? first != second : Set(first) != Set(second)
    }
}

extension Operators {
    private typealias Scalars = [Unicode.Scalar]

    /// What one sign or word says.
    private mutating func read(_ scalars: Scalars, _ range: Range<Int>) {
        let first = scalars[range.lowerBound]
        if Self.comparisonSigns.contains(first) {
            let sign = String(String.UnicodeScalarView(scalars[range]))
            guard let comparison = Self.comparisonTable[sign], Self.joinsWords(scalars, range) else { return }
            self.comparisons.append(comparison)
        } else if let sign = Self.signs[first] {
            guard Self.joinsNumbers(scalars, range, sign), !Self.isInDate(scalars, range) else { return }
            self.arithmetic.append(range.count == 2 ? .power : sign)
        } else if first.properties.isAlphabetic {
            let word = String(String.UnicodeScalarView(scalars[range])).lowercased()
            guard let sign = Self.words[word], Self.isBehindNumber(scalars, range) else { return }
            let (next, end) = Self.word(behind: range.upperBound, scalars)
            let behind = Self.prepositions.contains(next) ? end : range.upperBound
            if Self.next(behind, scalars).map({ Self.isDigit(scalars[$0]) }) == true { self.arithmetic.append(sign) }
        }
    }

    /// Where the sign or word that begins at a place ends.
    private static func end(of place: Int, _ scalars: Scalars) -> Int {
        let first = scalars[place]
        if self.comparisonSigns.contains(first) {
            return scalars[place...].firstIndex { !self.comparisonSigns.contains($0) } ?? scalars.count
        }
        if first == "*", place + 1 < scalars.count, scalars[place + 1] == "*" { return place + 2 }
        guard first.properties.isAlphabetic, self.signs[first] == nil else { return place + 1 }
        return scalars[place...].firstIndex { !$0.properties.isAlphabetic || self.signs[$0] != nil } ?? scalars.count
    }

    /// Whether something stands on both sides of a comparison that it can compare: an arrow and a mark of a quotation have a
    /// stroke or the beginning of a line there.
    private static func joinsWords(_ scalars: Scalars, _ range: Range<Int>) -> Bool {
        guard let before = self.previous(range.lowerBound, scalars), let behind = self.next(range.upperBound, scalars)
        else { return false }
        let startsWithMinus =
            scalars[behind] == "-" && behind + 1 < scalars.count && self.isDigit(scalars[behind + 1])
        return self.endsOperand(scalars[before]) && (startsWithMinus || self.startsOperand(scalars[behind]))
    }

    private static func endsOperand(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || self.isDigit(scalar) || ")]}\"'%`".unicodeScalars.contains(scalar)
    }

    private static func startsOperand(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || self.isDigit(scalar) || "([{\"'$€£.`".unicodeScalars.contains(scalar)
    }

    /// Whether a sign stands between numbers, or between one and a variable; two variables may be added and subtracted.
    private static func joinsNumbers(_ scalars: Scalars, _ range: Range<Int>, _ sign: Arithmetic) -> Bool {
        guard let before = self.previous(range.lowerBound, scalars), var behind = self.next(range.upperBound, scalars)
        else { return false }
        if scalars[behind] == "-" || "$€£".unicodeScalars.contains(scalars[behind]), behind + 1 < scalars.count,
            self.isDigit(scalars[behind + 1])
        {
            behind += 1
        }
        let isNumberBefore = self.isDigit(scalars[before]) || ")%".unicodeScalars.contains(scalars[before])
        let isNumberBehind = self.isDigit(scalars[behind]) || scalars[behind] == "("
        if isNumberBefore && isNumberBehind { return true }
        let isVariableBefore = self.isVariable(scalars, before)
        let isVariableBehind = self.isVariable(scalars, behind)
        if isNumberBefore && isVariableBehind || isVariableBefore && isNumberBehind { return true }
        return isVariableBefore && isVariableBehind && sign != .divided
    }

    /// Whether a letter stands alone.
    private static func isVariable(_ scalars: Scalars, _ place: Int) -> Bool {
        guard scalars[place].isASCII, scalars[place].properties.isAlphabetic else { return false }
        let isAfterLetter = place > 0 && scalars[place - 1].properties.isAlphabetic
        let isBeforeLetter = place + 1 < scalars.count && scalars[place + 1].properties.isAlphabetic
        return !isAfterLetter && !isBeforeLetter
    }

    /// Whether a stroke stands in a date or a number of a telephone: three runs of digits with the same stroke between them.
    private static func isInDate(_ scalars: Scalars, _ range: Range<Int>) -> Bool {
        let stroke = scalars[range.lowerBound]
        guard stroke == "-" || stroke == "/" else { return false }
        let front = scalars[..<range.lowerBound].reversed().prefix { self.isDigit($0) }.count
        let back = scalars[range.upperBound...].prefix { self.isDigit($0) }.count
        guard front > 0, back > 0 else { return false }
        let (before, behind) = (range.lowerBound - front, range.upperBound + back)
        let continuesBefore = before > 1 && scalars[before - 1] == stroke && self.isDigit(scalars[before - 2])
        let continuesBehind =
            behind + 1 < scalars.count && scalars[behind] == stroke && self.isDigit(scalars[behind + 1])
        return continuesBefore || continuesBehind
    }

    private static func isBehindNumber(_ scalars: Scalars, _ range: Range<Int>) -> Bool {
        self.previous(range.lowerBound, scalars).map { self.isDigit(scalars[$0]) || scalars[$0] == "%" } ?? false
    }

    /// The word behind a place and where it ends.
    private static func word(behind place: Int, _ scalars: Scalars) -> (word: String, end: Int) {
        guard let start = self.next(place, scalars) else { return ("", place) }
        let word = scalars[start...].prefix(self.longestPreposition + 1).prefix { $0.properties.isAlphabetic }
        return (String(String.UnicodeScalarView(word)).lowercased(), word.endIndex)
    }

    /// Where the last thing before a place stands, on the same line.
    private static func previous(_ place: Int, _ scalars: Scalars) -> Int? {
        let before = scalars[..<place].lastIndex { $0 != " " }
        return before.flatMap { scalars[$0].properties.isWhitespace ? nil : $0 }
    }

    /// Where the first thing from a place on stands, on the same line.
    private static func next(_ place: Int, _ scalars: Scalars) -> Int? {
        let behind = scalars[place...].firstIndex { $0 != " " }
        return behind.flatMap { scalars[$0].properties.isWhitespace ? nil : $0 }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? ("0"..."9").contains(scalar) : scalar.properties.generalCategory == .decimalNumber
    }

    /// The narrow form of a wide sign.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard (0xFF01...0xFF5E).contains(scalar.value) else { return scalar }
        return Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    }
}

extension Operators {
    private static let comparisonSigns = Set("<>=!≤≥≠".unicodeScalars)

    private static let comparisonTable: [String: Comparison] = [
        "<": .less, ">": .greater, "<=": .atMost, "=<": .atMost, "≤": .atMost, ">=": .atLeast, "≥": .atLeast,
        "=": .equal, "==": .equal, "===": .equal, "!=": .unequal, "!==": .unequal, "<>": .unequal, "≠": .unequal,
    ]

    private static let signs: [Unicode.Scalar: Arithmetic] = [
        "+": .plus, "加": .plus, "-": .minus, "\u{2212}": .minus, "\u{2013}": .minus, "减": .minus, "減": .minus,
        "*": .times, "×": .times, "·": .times, "∗": .times, "✕": .times, "乘": .times,
        "/": .divided, "÷": .divided, "除": .divided, "^": .power,
    ]

    private static let words: [String: Arithmetic] = [
        "plus": .plus, "tambah": .plus, "ditambah": .plus, "mas": .plus, "más": .plus, "mais": .plus, "плюс": .plus,
        "minus": .minus, "moins": .minus, "menos": .minus, "kurang": .minus, "dikurangi": .minus, "минус": .minus,
        "x": .times, "times": .times, "multiplied": .times, "mal": .times, "fois": .times, "por": .times,
        "kali": .times,
        "dikali": .times, "vezes": .times,
        "divided": .divided, "geteilt": .divided, "dividido": .divided, "bagi": .divided, "dibagi": .divided,
    ]

    /// What stands between such a word and its second number.
    private static let prepositions: Set<String> = ["by", "durch", "por", "entre", "dengan", "mit"]

    private static let longestPreposition = 6
}
