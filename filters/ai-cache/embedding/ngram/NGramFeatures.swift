/// The weighted pieces of a text: words, pairs of words, and strings of three or four characters of a word with its ends.
///
/// Of scripts without spaces: single characters, pairs and triples.
struct NGramFeatures: Sendable {
    /// A piece and what it weighs; equal pieces have equal hashes on every machine.
    struct Feature: Sendable, Hashable {
        var hash: UInt64
        var weight: Float
    }

    /// Shares of a word's weight.
    enum Share {
        static let word: Float = 0.6
        static let pieces: Float = 0.8
        static let pair: Float = 0.18
        static let character: Float = 0.6
        static let characterPair: Float = 0.7
        static let characterTriple: Float = 0.2
    }

    private static let edge: UInt32 = 0x110000
    private var features: ContiguousArray<Feature> = []

    /// - Parameter text: The text.
    init(_ text: FoldedText) {
        self.features.reserveCapacity(text.scalars.count * 3 + 8)
        var previous: (hash: UInt64, weight: Float)?
        for word in text.words {
            let scalars = text.scalars(of: word)
            guard word.kind != .ideographs else {
                self.addRun(scalars)
                previous = nil
                continue
            }
            let weight = word.kind == .letters ? self.addLetters(scalars) : self.addWhole(scalars)
            let hash = Self.hash(scalars, seed: .pair)
            if let previous {
                self.add(Self.mix(previous.hash &* 31 &+ hash), Share.pair * min(previous.weight, weight))
            }
            previous = (hash, weight)
        }
    }

    /// The pieces with equal ones taken together: seen `n` times, a piece weighs `1 + ln n` times as much as seen once.
    var combined: ContiguousArray<Feature> {
        var combined: ContiguousArray<Feature> = []
        var count: Float = 0
        for feature in self.features.sorted(by: { ($0.hash, $1.weight) < ($1.hash, $0.weight) }) {
            guard combined.last?.hash == feature.hash else {
                combined.append(feature)
                count = 1
                continue
            }
            count += 1
            let heaviest = max(combined[combined.count - 1].weight / Self.growth(count - 1), feature.weight)
            combined[combined.count - 1].weight = heaviest * Self.growth(count)
        }
        return combined
    }

    /// `1 + ln n`, near enough, and to the same bit on every machine: `ln` is a library's matter, division is not.
    private static func growth(_ count: Float) -> Float {
        // The harmonic numbers grow as the logarithm does: 1, 1.5, 1.83 against 1, 1.69, 2.10.
        var sum: Float = 0
        var place: Float = 1
        while place <= min(count, 64) {
            sum += 1 / place
            place += 1
        }
        return sum
    }
}

extension NGramFeatures {
    /// Keeps the hashes of different sorts of pieces apart.
    private enum Seed: UInt64 {
        case word = 1
        case piece, pair, character, characterPair, characterTriple, whole, sense
    }

    private mutating func add(_ hash: UInt64, _ weight: Float) {
        self.features.append(Feature(hash: hash, weight: weight))
    }

    /// A number or a sign; gives its weight.
    private mutating func addWhole(_ scalars: ArraySlice<UInt32>) -> Float {
        self.add(Self.hash(scalars, seed: .whole), WordWeights.number)
        return WordWeights.number
    }

    private mutating func addSense(_ sense: WordWeights.Sense) {
        self.add(Self.hash([sense.rawValue], seed: .sense), sense.weight)
    }

    /// A word of letters: what it counts as, or whole and in pieces that share one weight however many they are.
    private mutating func addLetters(_ scalars: ArraySlice<UInt32>) -> Float {
        let say = WordWeights.say(of: scalars)
        if let sense = say?.sense {
            self.addSense(sense)
            return WordWeights.little
        }
        let weight = say?.weight ?? WordWeights.usual
        self.add(Self.hash(scalars, seed: .word), Share.word * weight)
        guard scalars.count >= 3 else { return weight }
        let bounded = ArraySlice([Self.edge] + scalars + [Self.edge])
        let count = bounded.count - 2 + bounded.count - 3
        let each = Share.pieces * weight * (1 / Float(count)).squareRoot()
        for length in [3, 4] {
            for start in 0...(bounded.count - length) {
                self.add(Self.hash(bounded[start..<start + length], seed: .piece), each)
            }
        }
        return weight
    }

    /// A run of characters of a script without spaces.
    private mutating func addRun(_ run: ArraySlice<UInt32>) {
        let weights = self.weigh(run)
        for place in run.indices {
            var weight = weights[place - run.startIndex]
            self.add(Self.hash(run[place...place], seed: .character), Share.character * weight)
            guard place + 1 < run.endIndex else { continue }
            weight = min(weight, weights[place + 1 - run.startIndex])
            self.add(Self.hash(run[place...place + 1], seed: .characterPair), Share.characterPair * weight)
            guard place + 2 < run.endIndex else { continue }
            weight = min(weight, weights[place + 2 - run.startIndex])
            self.add(Self.hash(run[place...place + 2], seed: .characterTriple), Share.characterTriple * weight)
        }
    }

    /// The weights of the characters of a run, of which the longest listed phrases decide; adds their senses.
    private mutating func weigh(_ run: ArraySlice<UInt32>) -> ContiguousArray<Float> {
        var weights = ContiguousArray(repeating: WordWeights.usual, count: run.count)
        var place = run.startIndex
        while place < run.endIndex {
            guard let (length, say) = WordWeights.phrase(at: run[place...]) else {
                place += 1
                continue
            }
            for character in place..<place + length { weights[character - run.startIndex] = say.weight }
            if let sense = say.sense { self.addSense(sense) }
            place += length
        }
        return weights
    }

    /// FNV-1a over scalars, mixed at the end.
    private static func hash(_ scalars: ArraySlice<UInt32>, seed: Seed) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (seed.rawValue &* 0x9E37_79B9_7F4A_7C15)
        for scalar in scalars { hash = (hash ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3 }
        return self.mix(hash)
    }

    /// Source: Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (OOPSLA 2014).
    static func mix(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
