/// What guards compare of a wording. Of long ones the first 16 KiB count.
struct GuardedText: Sendable {
    static let longest = 16 << 10

    /// The longest text whose numbers are compared in their order, in bytes: the order of a long one says less.
    static let longestInOrder = 400

    /// Each number once, without leading zeros and signs between thousands.
    let numbers: Set<String>
    /// What words say of numbers.
    let namedNumbers: NumberWords
    /// The numbers as they follow each other; `nil` for long texts, and when words name some, whose places are unknown.
    let numbersInOrder: [String]?
    /// What follows each number that stands once, where nothing else that is counted is called the same.
    let counted: [String: String]
    /// The units and currencies, and what they count.
    let quantities: Quantities
    /// What is done with numbers and how things compare; `nil` for long texts.
    let operators: Operators?
    /// Numbers whose last zero counts.
    let versions: VersionScan
    /// Months and days of the week.
    let dates: Set<DateWord>
    /// Days that are named from today on.
    let days: Set<DateWord>
    let negates: Bool
    /// What stands in quotation marks, folded.
    let quotes: Set<String>
    /// Blocks of code as they stand.
    let blocks: [Substring]
    /// What looks like code or an address, in small letters.
    let codes: Set<String>
    /// Everything between white space, in small letters.
    let tokens: Set<String>
    /// Words with a capital letter that no sentence begins with, and letters that tell things apart, folded.
    let names: Set<String>
    /// Names that a mark tells from others, such as C++.
    let markedNames: Set<String>
    /// All words, folded.
    let words: Set<String>
    /// The words of all quotations.
    let quotedWords: Set<String>
    /// Which way things go; `nil` for long texts.
    let order: WordOrder?
    /// The words that have opposites.
    let opposites: OppositeWords

    init(_ text: String) {
        let text =
            text.utf8.count > Self.longest ? String(decoding: text.utf8.prefix(Self.longest), as: UTF8.self) : text
        let folded = FoldedText(text)
        let words = folded.texts
        let scanned = CodeScan(text)
        let dates = DateWord.words(in: words, text)
        self.words = Set(words)
        let (named, written) = (NumberWords(words, text), NumberScan.written(in: text))
        self.namedNumbers = named
        self.numbers = named.certain.union(written)
        self.numbersInOrder = named.certain.isEmpty && text.utf8.count <= Self.longestInOrder ? written : nil
        self.counted = NumberScan.counted(folded, words)
        let isLong = text.utf8.count > Self.longestInOrder
        self.quantities = Quantities(folded, words, isLong: isLong)
        self.operators = isLong ? nil : Operators(text)
        self.versions = VersionScan(text)
        self.dates = dates.filter { !$0.isRelative }
        self.days = dates.filter { $0.isRelative }
        self.negates = folded.negates(words)
        self.blocks = scanned.blocks
        self.codes = scanned.codes
        self.tokens = scanned.tokens
        let names = NameScan.names(in: text, words)
        self.names = names.union(NameScan.letters(folded, words))
        self.markedNames = MarkedNames.names(in: text, folded, words)
        self.order = text.utf8.count <= WordOrder.longest ? WordOrder(folded, words, names: names, text) : nil
        self.opposites = OppositeWords(words, folded)
        let quotes = QuoteScan.quotes(in: text).map { Self.words(of: $0) }.filter { !$0.isEmpty }
        self.quotes = Set(quotes.map { $0.joined(separator: " ") })
        self.quotedWords = Set(quotes.joined())
    }

    private static func words(of text: String) -> [String] { FoldedText(text).texts }
}

extension FoldedText {
    /// The words as texts.
    var texts: [String] {
        self.words.map { word in
            var text = String.UnicodeScalarView()
            for value in self.scalars(of: word) { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
            return String(text)
        }
    }

    /// Whether the text says not, never, without, in one of the languages that ``WordWeights`` or ``NegationWords`` knows.
    ///
    /// - Parameter texts: Its words as texts.
    fileprivate func negates(_ texts: [String]) -> Bool {
        self.words.enumerated().contains { place, word in
            let scalars = self.scalars(of: word)
            if word.kind == .letters {
                let isNegative = WordWeights.say(of: scalars)?.sense?.isNegative ?? false
                return isNegative || NegationWords.negates(texts, at: place)
            }
            return word.kind == .ideographs && Self.runNegates(scalars)
        }
    }

    private static func runNegates(_ run: ArraySlice<UInt32>) -> Bool {
        var place = run.startIndex
        while place < run.endIndex {
            if NegationWords.negates(run, at: place) { return true }
            guard let (length, say) = WordWeights.phrase(at: run[place...]) else {
                place += 1
                continue
            }
            let isNegative = say.sense?.isNegative ?? false
            if isNegative, !self.asksEitherWay(run, place), !NegationWords.isHarmless(run, at: place) { return true }
            place += max(length, 1)
        }
        return false
    }

    /// Whether the same character stands before and behind, which asks whether (能不能, 是不是, 有没有).
    private static func asksEitherWay(_ run: ArraySlice<UInt32>, _ place: Int) -> Bool {
        guard place > run.startIndex, place + 1 < run.endIndex else { return false }
        return run[place - 1] == run[place + 1]
    }
}

extension WordWeights.Sense {
    fileprivate var isNegative: Bool { self == .negation || self == .lack }
}
