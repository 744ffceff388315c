/// Words that say not, beside those of ``WordWeights``: more forms and languages, for guards alone.
///
/// Words that mostly say something else are left out: "mai" is a month, "nada" a tone, "personne" a person, "không" ends a
/// question.
enum NegationWords {
    /// Whether the word at a place says not.
    static func negates(_ words: [String], at place: Int) -> Bool {
        let next = place + 1 < words.count ? words[place + 1] : ""
        // "Nobody but members" are members only.
        if self.words.contains(words[place]) { return next != "but" }
        // "Ne … plus" is no longer, "ne … que" only.
        guard words[place] == "ne" else { return false }
        return words[(place + 1)...].prefix(self.longestPhrase).contains { $0 == "plus" || $0 == "personne" }
    }

    /// Whether a run of characters without spaces says not at a place.
    static func negates(_ run: ArraySlice<UInt32>, at place: Int) -> Bool {
        guard let scalar = Unicode.Scalar(run[place]) else { return false }
        if scalar == "않" || scalar == "없" { return true }
        // しません and られません, but not すみません and かもしれません.
        guard scalar == "ま", run[place...].starts(with: self.japanese), place > run.startIndex else { return false }
        let before = run[..<place].suffix(2)
        return !self.polite.contains { before.elementsEqual($0) }
    }

    /// Whether the character at a place says not only in other words: 特别 is special, 非常 very.
    static func isHarmless(_ run: ArraySlice<UInt32>, at place: Int) -> Bool {
        let isBefore = place > run.startIndex && self.harmless.contains([run[place - 1], run[place]])
        return isBefore || place + 1 < run.endIndex && self.harmless.contains([run[place], run[place + 1]])
    }

    private static let longestPhrase = 6

    private static let words = Set(
        """
        nothing none nobody nowhere hadnt mustnt neednt mightnt shant aint
        keinen keinem keiner keines keins nie niemals nichts niemand niemanden niemandem nirgends nirgendwo weder auser
        rien aucun aucune nulle guere sauf excepte
        jamas nadie ningun ninguno ninguna tampoco excepto salvo
        nao nem ninguem nenhum nenhuma sem exceto
        senza niente nulla nessun nessuno nessuna eccetto tranne
        niet geen nooit niets niemand zonder behalve
        inte ikke aldrig aldri ingen inget utan uten uden
        nie nigdy zaden bez neni nikdy
        gak nggak enggak ngga tdk tiada
        не нет ни никогда нельзя ничего никто нигде без кроме немає ні ніколи
        degil yok asla hayir
        δεν μην χωρισ χωρίσ
        لا ليس ليست لم لن بدون بلا نیست
        לא אין בלי
        नहीं नही मत बिना
        """.split(whereSeparator: { $0.isWhitespace }).map(String.init)
    )

    private static let japanese = Self.values("ません")
    private static let polite = [Self.values("すみ"), Self.values("しれ")]

    private static let harmless = Set(
        """
        非常 非洲 未来 未來 特别 特別 区别 區別 性别 性別 级别 級別 分别 分別 告别 类别 類別 识别 識別 别人 別人 别墅 別墅 个别 個別 差别 差別 不锈 不鏽
        不同 不错 不錯 不过 不過 不仅 不僅 不但 不断 不斷 无线 無線 无锡 无论 無論
        """.split(whereSeparator: { $0.isWhitespace }).map { Self.values(String($0)) }
    )

    private static func values(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
}
