/// The numbers that the words of a text name, in the languages that guards know.
///
/// Words that mostly are numbers count as those in digits do. Others may be one or not: "second" is also a time, "dos" also
/// a back, "one" mostly a pronoun. These never make a difference to a text that names no number, and stand for a number
/// where the other text has it.
struct NumberWords: Sendable, Hashable {
    /// Numbers in digits.
    private(set) var certain: Set<String> = []
    /// What ordinals and words of two meanings may name.
    private(set) var doubtful: Set<String> = []
    /// Whether there is a word such as "one" or "eine".
    private(set) var namesOne = false
    /// What the words so far make.
    private var current: Int?

    /// - Parameters:
    ///   - words: The folded words of a text.
    ///   - text: The text, for scripts without spaces.
    init(_ words: [String], _ text: String) {
        for word in words { self.read(word) }
        self.finish()
        for number in ChineseNumber.numbers(in: text) {
            switch number {
            case .cardinal(1): self.namesOne = true
            case .cardinal(let value): self.certain.insert("\(value)")
            case .ordinal(let value): self.doubtful.insert("\(value)")
            }
        }
    }

    /// Whether a word names a number, or may.
    static func isNumber(_ word: String) -> Bool { self.table[word] != nil || self.germanCompound(word) != nil }

    /// Whether this may stand for a number that is written in the other text.
    func mayName(_ number: String) -> Bool { self.doubtful.contains(number) || self.namesOne && number == "1" }
}

extension NumberWords {
    private enum Meaning {
        /// Below 100.
        case number(Int)
        /// Multiplies what stands before it.
        case multiplier(Int)
        /// Adds ten to what stands before it.
        case teen
        /// May be that number.
        case doubtful(Int)
        /// Mostly is an article or a pronoun.
        case one
    }

    private mutating func read(_ word: String) {
        switch Self.table[word] ?? Self.germanCompound(word) {
        case .number(let value)?: self.add(value)
        case .multiplier(let factor)?:
            if let before = self.current, before < factor {
                self.current = before * factor
            } else {
                self.finish()
                self.current = factor
            }
        case .teen?: if let before = self.current, before < 10 { self.current = before + 10 }
        case .doubtful(let value)?:
            self.finish()
            self.doubtful.insert("\(value)")
        case .one?:
            self.finish()
            self.namesOne = true
        case nil: self.finish()
        }
    }

    /// "Twenty five" is one number, "two three" is two.
    private mutating func add(_ value: Int) {
        guard let before = self.current else { return self.current = value }
        let takesUnits = value < 10 && before % 10 == 0 && before % 100 >= 20
        let takesTens = before >= 100 && before % 100 == 0
        if takesUnits || takesTens {
            self.current = before + value
        } else {
            self.finish()
            self.current = value
        }
    }

    private mutating func finish() {
        if let current { self.certain.insert("\(current)") }
        self.current = nil
    }

    /// `funfundzwanzig`.
    private static func germanCompound(_ word: String) -> Meaning? {
        guard word.hasSuffix("zig") || word.hasSuffix("sig"), let joint = word.firstRange(of: "und") else { return nil }
        guard let units = self.germanUnits[String(word[..<joint.lowerBound])],
            case .number(let tens)? = self.table[String(word[joint.upperBound...])]
        else { return nil }
        return .number(tens + units)
    }

    private static let germanUnits = [
        "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    ]

    /// Cardinals in the order of their numbers, a dash where the word mostly says something else or is another's.
    private static let cardinals = [
        // English, from 2.
        (2, "two three four five six seven eight nine ten eleven twelve"),
        (13, "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        (2, "zwei drei vier funf sechs sieben acht neun zehn - zwolf"),
        (13, "dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn"),
        (2, "deux trois quatre cinq - - huit - dix onze douze treize quatorze quinze seize"),
        (4, "cuatro cinco seis siete ocho nueve diez - doce trece catorce"),
        (2, "dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"),
    ]

    /// From 20, in tens.
    private static let tens = [
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "zwanzig dreisig vierzig funfzig sechzig siebzig achtzig neunzig",
        "vingt trente quarante cinquante soixante", "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    ]

    private static let multipliers = [
        10: "puluh", 100: "hundred hundert cien ciento ratus seratus", 1000: "thousand tausend ribu seribu",
        1_000_000: "million millionen juta sejuta", 1_000_000_000: "billion milliarde milliarden",
    ]

    /// Ordinals, and words that also mean something else: "tres" is "very", "sept" a month, "elf" a being.
    private static let maybes = [
        1: "first erste ersten erster erstes premier premiere primer primero primera pertama",
        2: "second zweite zweiten zweiter zweites deuxieme segundo segunda kedua dos",
        3: "third dritte dritten dritter drittes troisieme tercer tercero tercera ketiga tres",
        4: "fourth vierte vierten quatrieme cuarto cuarta keempat",
        5: "fifth funfte funften cinquieme quinto quinta kelima",
        6: "sixth", 7: "seventh sept", 8: "eighth", 9: "ninth neuf", 10: "tenth", 11: "elf", 12: "dozen dutzend",
        100: "cent", 1000: "mille mil",
    ]

    private static let ones = [
        "one", "un", "une", "uno", "una", "ein", "eine", "einen", "einem", "einer", "eins", "satu",
    ]

    private static let table: [String: Meaning] = {
        var table: [String: Meaning] = ["zero": .number(0), "belas": .teen]
        for (first, words) in Self.cardinals {
            for (place, word) in words.split(separator: " ").enumerated() where word != "-" {
                table[String(word)] = .number(first + place)
            }
        }
        for words in Self.tens {
            for (place, word) in words.split(separator: " ").enumerated() {
                table[String(word)] = .number(20 + 10 * place)
            }
        }
        for (value, words) in Self.multipliers {
            for word in words.split(separator: " ") { table[String(word)] = .multiplier(value) }
        }
        for (value, words) in Self.maybes {
            for word in words.split(separator: " ") { table[String(word)] = .doubtful(value) }
        }
        for word in Self.ones { table[word] = .one }
        return table
    }()
}
