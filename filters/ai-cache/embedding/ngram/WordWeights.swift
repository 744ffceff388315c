/// How much words say about what is asked.
///
/// Words that only make a question of it ("what is a …", "…是什么", "apa itu …") say little. Words that ask for another
/// thing (when, why) or turn the meaning round (not) say much, and those that say the same count as the same. All other
/// words of all languages are alike.
enum WordWeights {
    /// Of a word that stands in no list.
    static let usual: Float = 1
    /// Of a word that says little.
    static let little: Float = 0.12
    /// Of a number.
    static let number: Float = 1.8

    /// What a listed word says.
    struct Say: Sendable, Hashable {
        /// Of its letters and characters.
        var weight: Float
        /// What it counts as; `nil` for itself.
        var sense: Sense?
    }

    /// What words of all languages may say.
    enum Sense: UInt32, Sendable {
        case how = 1
        case why, when, place, who, amount, negation, lack

        /// The weight of a piece that stands for the sense.
        var weight: Float {
            switch self {
            case .how: 0.35
            case .why, .when, .place, .who, .amount: 0.9
            case .negation, .lack: 2
            }
        }
    }

    /// What a word of letters says; `nil` for one that stands in no list.
    static func say(of word: ArraySlice<UInt32>) -> Say? { Key(word).flatMap { self.words[$0] } }

    /// The longest listed phrase at the beginning of a run of characters that is written without spaces.
    static func phrase(at run: ArraySlice<UInt32>) -> (length: Int, say: Say)? {
        guard let first = run.first, self.beginnings.contains(first) else { return nil }
        for length in stride(from: min(self.longestPhrase, run.count), through: 1, by: -1) {
            if let say = Key(run.prefix(length)).flatMap({ self.phrases[$0] }) { return (length, say) }
        }
        return nil
    }
}

extension WordWeights {
    /// A word of at most ten scalars in four machine words; longer ones are in no list.
    private struct Key: Hashable {
        private var words: SIMD4<UInt64> = .zero

        /// The first scalar.
        var first: UInt32 { UInt32(truncatingIfNeeded: self.words[0] & 0x1F_FFFF) }

        init?(_ scalars: ArraySlice<UInt32>) {
            guard (1...10).contains(scalars.count) else { return nil }
            for (place, scalar) in scalars.enumerated() {
                self.words[place / 3] |= UInt64(scalar) << UInt64(place % 3 * 21)
            }
        }
    }

    private static let longestPhrase = 4

    private static let words = Self.table([
        (
            nil,
            """
            a an the is are was were be am do does did to of in on at for and or it its this that i me my we our us you \
            your s what whats which please tell explain describe can could would should will there with by about from as \
            some mean means meaning definition define exactly actually generally usually typically so just kindly hi hey \
            hello show give know want need help let get
            apa apakah itu yang adalah ini dengan di ke dari untuk pada dan atau saya aku kami kita anda kamu tolong sih \
            jelaskan sebutkan maksud dimaksud arti artinya pengertian sebenarnya bisa dapat ya dong akan oleh secara saja \
            biasanya umumnya tentang mohon bisakah ialah merupakan ingin tahu mau beri beritahu
            el la los las un una de del que es en y o por favor le les des du et est ce qu une dans sur der die das ein \
            eine ist sind was und oder bitte von zu im
            """
        ),
        (.how, "how bagaimana gimana cara como comment wie"),
        (.why, "why mengapa kenapa pourquoi warum"),
        (.when, "when kapan kapankah cuando quand wann"),
        (.place, "where mana dimana dimanakah donde wo"),
        (.who, "who whom whose siapa siapakah quien qui wer"),
        (.amount, "many much berapa seberapa cuanto combien wieviel"),
        (
            .negation,
            """
            not no never dont doesnt didnt cant cannot wont isnt arent shouldnt wouldnt couldnt wasnt werent havent hasnt \
            non neither nor tidak bukan jangan belum tak nunca jamais pas nicht kein keine
            """
        ),
        (.lack, "without except tanpa kecuali sin sans ohne"),
    ])

    private static let phrases = Self.table([
        (
            nil,
            """
            是 的 了 吗 嗎 呢 啊 吧 请 請 什么 什麼 是什么 是什麼 什么是 什麼是 指 指的是 通常 一般 请问 請問 解释 解釋 说明 說明 一下 介绍 介紹 \
            告诉 告訴 我 你 您 我的 意思 含义 定义 能 可以 在 和 与 到底 究竟 简单 一个 关于 想 知道 帮 帮我 给 有 哪些 个 這 这 那 就是 \
            叫 所谓 は 何 です か とは って の を に が 教えて ください なに 입니까 무엇 은 는 이 가 을 를
            """
        ),
        (.how, "如何 怎么 怎麼 怎样 怎樣 怎么样 怎麼樣 どう"),
        (.why, "为什么 為什麼 为何 なぜ どうして"),
        (.when, "什么时候 什麼時候 何时 何時 いつ"),
        (.place, "哪里 哪裡 哪儿 在哪 どこ"),
        (.who, "谁 誰 是谁 だれ"),
        (.amount, "多少 几 幾 多久 多大 多远 いくつ いくら"),
        (.negation, "不 没 沒 非 未 别 勿 没有 沒有 不是 不能 不要 不会 不可以 ない"),
        (.lack, "无 無 除了"),
    ])

    /// What listed phrases begin with.
    private static let beginnings = Set(Self.phrases.keys.map(\.first))

    private static func table(_ lists: [(sense: Sense?, text: String)]) -> [Key: Say] {
        var table: [Key: Say] = [:]
        for (sense, text) in lists {
            for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                // Katakana and case are folded in texts, so lists hold folded words.
                guard let key = Key(ArraySlice(word.unicodeScalars.map(\.value))) else { continue }
                table[key] = Say(weight: self.little, sense: sense)
            }
        }
        return table
    }
}
