import FilterAPI

/// A difference between two wordings that makes another question of one, however near their vectors are: `guards`.
enum Guard: String, Sendable, CaseIterable {
    /// Other numbers, in digits or in words, or the same in another order; other units or currencies behind them, or other
    /// operators between them.
    case numbers
    /// Other months, days of the week, or days such as today and tomorrow.
    case dates
    /// One says not, the other does not.
    case negation
    /// Something in quotation marks that the other does not have.
    case quotes
    /// Code, a path, an address or an identifier that the other does not have.
    case code
    /// A name, told by its capital letter or by a mark (C++), or a letter that tells things apart (vitamin D), that the other
    /// does not have.
    case names
    /// The same things the other way round, such as from one to the other.
    case order
    /// A word where the other has its opposite.
    case opposites
}

/// Which guards stand before a semantic hit.
struct Guards: Sendable {
    static let all = Guards(Set(Guard.allCases))

    private let wanted: Set<Guard>

    init(_ wanted: Set<Guard>) { self.wanted = wanted }

    var isEmpty: Bool { self.wanted.isEmpty }

    /// The same guards as far as they are among these.
    func limited(to guards: Set<Guard>) -> Guards { Guards(self.wanted.intersection(guards)) }

    /// What forbids that the answer to one question answers the other; `nil` for nothing.
    func refusal(_ question: GuardedText, _ stored: GuardedText) -> Guard? {
        Guard.allCases.first { self.wanted.contains($0) && $0.separates(question, stored) }
    }
}

extension Guard {
    fileprivate func separates(_ first: GuardedText, _ second: GuardedText) -> Bool {
        switch self {
        case .numbers:
            Self.numbersDiffer(first, second) || Self.orderDiffers(first, second)
                || first.quantities.contradicts(second.quantities) || Self.operatorsDiffer(first, second)
                || first.versions.differs(from: second.versions)
        case .dates:
            first.dates != second.dates
                || !first.days.isEmpty && !second.days.isEmpty && first.days != second.days
        case .negation: first.negates != second.negates
        case .quotes: Self.quotesDiffer(first, second)
        case .code:
            first.blocks != second.blocks || !first.codes.isSubset(of: second.tokens)
                || !second.codes.isSubset(of: first.tokens)
        case .names:
            Self.lacksName(second, of: first) || Self.lacksName(first, of: second)
                || first.markedNames != second.markedNames
        case .order: Self.wayDiffers(first, second)
        case .opposites: first.opposites.contradicts(second.opposites)
        }
    }
}

extension Guard {
    /// Whether a number of one is none of the other's, or both may name numbers and have none in common.
    private static func numbersDiffer(_ first: GuardedText, _ second: GuardedText) -> Bool {
        let (one, other) = (first.namedNumbers, second.namedNumbers)
        if first.numbers != second.numbers {
            let isMissing = first.numbers.contains { !second.numbers.contains($0) && !other.mayName($0) }
            if isMissing || second.numbers.contains(where: { !first.numbers.contains($0) && !one.mayName($0) }) {
                return true
            }
        }
        return !one.doubtful.isEmpty && !other.doubtful.isEmpty && one.doubtful.isDisjoint(with: other.doubtful)
    }

    private static func operatorsDiffer(_ first: GuardedText, _ second: GuardedText) -> Bool {
        guard let one = first.operators, let other = second.operators else { return false }
        return one.contradicts(other)
    }

    /// Whether a name of one wording stands in the other in no form, nor in another spelling (USD for dollars, CPP for C++).
    /// A letter is no spelling of a unit: vitamin D is not told by "a day".
    private static func lacksName(_ other: GuardedText, of one: GuardedText) -> Bool {
        one.names.contains { name in
            let marked = MarkedNames.spelling(of: name)
            let isMarked = marked.map { other.markedNames.contains($0) } ?? false
            return !isMarked && !other.words.contains(name) && (name.utf8.count == 1 || !other.quantities.names(name))
        }
    }

    /// Whether both wordings say which way things go, and not the same.
    private static func wayDiffers(_ first: GuardedText, _ second: GuardedText) -> Bool {
        guard let one = first.order, let other = second.order else { return false }
        return one.isOpposite(to: other)
    }

    /// Whether both wordings have an order of numbers, and not the same: 7 - 3 is not 3 - 7.
    ///
    /// What is told by the word behind it may stand anywhere: "7 % for 30 years" is "30 years at 7 percent".
    private static func orderDiffers(_ first: GuardedText, _ second: GuardedText) -> Bool {
        guard first.numbers == second.numbers, let one = first.numbersInOrder, let other = second.numbersInOrder else {
            return false
        }
        guard one != other else { return false }
        guard one.sorted() == other.sorted() else { return true }
        return Set(one).count { first.counted[$0] == nil || first.counted[$0] != second.counted[$0] } > 1
    }

    /// Two wordings quote the same, or the one without marks has the other's quoted words.
    private static func quotesDiffer(_ first: GuardedText, _ second: GuardedText) -> Bool {
        if first.quotes.isEmpty || second.quotes.isEmpty {
            return !first.quotedWords.isSubset(of: second.words) || !second.quotedWords.isSubset(of: first.words)
        }
        return first.quotes != second.quotes
    }
}

extension ConfigurationFields {
    /// Reads `guards`: true, false, or a list of names.
    func guards() -> Guards {
        let help = "Differences that refuse a semantic hit: true for all, false for none, or a list of them."
        let texts = self.strings("guards", form: .listOrScalar, default: ["true"], help: help)
        if texts == ["true"] { return .all }
        if texts == ["false"] { return Guards([]) }
        var wanted: Set<Guard> = []
        for (index, text) in texts.enumerated() {
            if let one = Guard(rawValue: text) {
                wanted.insert(one)
            } else {
                let names = Guard.allCases.map(\.rawValue).joined(separator: ", ")
                self.error(at: "guards", item: index, "found \"\(text)\"; expected true, false or some of \(names)")
            }
        }
        return Guards(wanted)
    }
}
