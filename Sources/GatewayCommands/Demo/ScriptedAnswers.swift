/// What the scripted model says: equal questions always get equal answers.
enum ScriptedAnswers {
    private static let known: [(word: String, answer: String)] = [
        (
            "星星",
            "星星通常指夜空中发光的天体，主要是恒星：由氢和氦组成的炽热气体球，靠核心的核聚变发光发热。太阳就是离我们最近的恒星。"
        ),
        (
            "bintang",
            "Bintang adalah bola gas panas yang bersinar karena reaksi fusi di intinya. Matahari adalah bintang yang paling dekat dengan Bumi."
        ),
        (
            "star",
            "A star is a ball of hot gas, mostly hydrogen and helium, that shines because of the fusion in its core. The Sun is the star that is closest to us."
        ),
        (
            "gateway",
            "An edge gateway stands between clients and services: it decides who may ask, where a request goes, and which answers it can give by itself."
        ),
    ]

    /// The answer to a question in any language.
    static func answer(to question: String) -> String {
        let lowered = question.lowercased()
        let words = Set(lowered.split { !$0.isLetter })
        let entry = self.known.first { word, _ in
            // Scripts without blanks have no words to compare.
            word.utf8.first.map { $0 < 0x80 } == true
                ? words.contains(Substring(word)) || words.contains(Substring(word + "s")) : lowered.contains(word)
        }
        if let entry { return entry.answer }
        return "You asked: \"\(question)\". This model only knows a few things by heart, and stars best of all."
    }

    /// The answer in the pieces in which a stream brings it: words, and single characters of scripts without blanks.
    /// Joined they are the answer.
    static func pieces(of answer: String) -> [String] {
        var pieces: [String] = []
        var word = ""
        for character in answer {
            word.append(character)
            if character == " " || character.unicodeScalars.contains(where: { $0.value >= 0x2E80 }) {
                pieces.append(word)
                word = ""
            }
        }
        return word.isEmpty ? pieces : pieces + [word]
    }
}
