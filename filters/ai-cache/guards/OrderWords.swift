/// The words that ``WordOrder`` knows, folded and without the end of a plural.
enum OrderWords {
    /// What stands behind them is where the way begins.
    static let sources: Set<String> = ["from", "von", "aus", "depuis", "desde", "dari", "从", "從"]

    /// What stands behind them is where the way ends.
    static let targets: Set<String> = [
        "to", "into", "onto", "nach", "ver", "vers", "hacia", "ke", "menuju", "menjadi", "到", "去", "往", "至", "换", "換",
        ">", "→", "⇒",
        "➜", "➔",
    ]

    /// What stands on their sides is equal.
    static let conjunctions: Set<String> = [
        "and", "or", "nor", "vs", "versus", "und", "oder", "et", "ou", "y", "e", "o", "u", "dan", "atau", "plus", "和",
        "与",
        "與", "跟", "及", "或", "同", "还", "還", "+", "=",
    ]

    /// What stands on their sides is the same.
    static let copulas: Set<String> = [
        "is", "are", "was", "were", "be", "ist", "sind", "war", "est", "sont", "es", "son", "adalah", "itu", "ialah",
        "是",
    ]

    /// Words that stand before a thing and say nothing of its place.
    static let articles: Set<String> = [
        "a", "an", "the", "my", "your", "our", "der", "die", "das", "den", "dem", "ein", "eine", "einen", "le", "la",
        "les", "un", "une",
        "el", "los", "las", "una",
    ]

    /// Words that may stand beside a conjunction without making its sides unequal.
    static let links = joints.union(copulas).union(articles).union([
        "in", "on", "at", "of", "for", "by", "with", "en", "de", "des", "du", "im", "am", "fur", "mit", "di", "del",
        "than", "的", "在",
    ])

    /// Words that tell how two things are to each other, whichever is named first.
    static let mutual: Set<String> = [
        "distance", "between", "apart", "difference", "differ", "different", "compare", "compared", "comparing",
        "comparison", "similar", "similarity", "same", "equal", "equivalent", "relationship", "related", "synonym",
        "far",
        "entfernung", "weit", "unterschied", "vergleich", "vergleiche", "zwischen", "loin", "comparer", "entre",
        "distancia",
        "diferencia", "comparar", "lejo", "jarak", "beda", "bedanya", "perbedaan", "bandingkan", "hubungan", "antara",
        "jauh", "距离",
        "距離", "区别", "區別", "差别", "差別", "不同", "相同", "比较", "比較", "关系", "關係", "之间", "之間", "多远", "多遠",
    ]

    /// What those of them begin with that are more than one character of a script without spaces.
    static let mutualBeginnings: Set<String> = ["距", "区", "區", "差", "不", "相", "比", "关", "關", "之", "多"]

    /// What no thing is longer than.
    static let joints = sources.union(targets).union(conjunctions)

    /// Words that hold a sentence together and are no things.
    static let all = joints.union(copulas).union([
        "than", "als", "que", "daripada", "in", "en", "de", "a", "for", "by", "before", "after", "because", "if",
        "when", "while",
        "must", "may", "might", "has", "have", "had", "been", "比", "把", "被", "让", "讓", "给", "給",
    ])

    /// Currencies and units, without the end of a plural.
    static let units: Set<String> = Set(
        """
        usd eur gbp jpy chf cny rmb inr sek nok dkk pln czk huf aud nzd cad mxn brl zar sgd hkd krw thb idr myr php vnd rub
        btc eth euro dollar pound sterling yen yuan franc franken rupee rupiah ringgit peso peseta baht krona krone zloty
        ruble lira dinar dirham shekel bitcoin cent
        km mile kilometre kilometer meter metre foot feet inch inche yard cm mm
        kg kilogram kilo gram gramme pound lb ounce oz ton tonne stone mg
        celsiu fahrenheit kelvin litre liter gallon pint quart ml cup tablespoon teaspoon
        hectare acre joule calorie kcal kj watt horsepower kw hp byte kilobyte megabyte gigabyte kb mb gb tb mph kmh knot
        psi pascal
        """.split(whereSeparator: { $0.isWhitespace }).map(String.init)
    )
}
