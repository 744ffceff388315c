/// A month, a day of the week, or a day counted from today, whatever the language.
enum DateWord: Sendable, Hashable {
    /// From 1 to 12.
    case month(Int)
    /// From 1 for Monday to 7.
    case weekday(Int)
    /// -1 for yesterday, 0 for today, 1 for tomorrow.
    case day(Int)

    /// Whether it says nothing without the date of the question.
    var isRelative: Bool {
        if case .day = self { return true }
        return false
    }

    /// The date words of a text: of its folded words, and of the text itself for scripts without spaces.
    static func words(in words: [String], _ text: String) -> Set<DateWord> {
        var found = Set(words.compactMap { self.table[$0] })
        let characters = Array(text)
        for place in characters.indices {
            let isDay = characters[place...].starts(with: "星期") || characters[place...].starts(with: "礼拜")
            let next = place + (isDay ? 2 : 1)
            if isDay || characters[place] == "周", next < characters.count,
                let number = "一二三四五六日".firstIndex(of: characters[next])
            {
                found.insert(.weekday("一二三四五六日".distance(from: "一二三四五六日".startIndex, to: number) + 1))
            }
            for (word, day) in self.chineseDays where characters[place...].starts(with: word) {
                found.insert(.day(day))
            }
        }
        return found
    }

    private static let chineseDays = [("昨天", -1), ("今天", 0), ("明天", 1), ("昨日", -1), ("今日", 0), ("明日", 1)]

    /// "May", "mars" and "sat" are left out: they mostly are something else.
    private static let table: [String: DateWord] = {
        var table: [String: DateWord] = [:]
        let months = [
            "january jan januar januari janvier enero", "february feb februar februari fevrier febrero",
            "march marz maret marzo", "april apr avril abril", "mai mei mayo", "june jun juni juin junio",
            "july jul juli juillet julio", "august aug agustus aout agosto",
            "september sep sept septembre septiembre", "october oct oktober octobre octubre",
            "november nov novembre noviembre", "december dec dezember desember decembre diciembre",
        ]
        let weekdays = [
            "monday montag lundi lunes senin", "tuesday dienstag mardi martes selasa",
            "wednesday mittwoch mercredi miercoles rabu", "thursday donnerstag jeudi jueves kamis",
            "friday freitag vendredi viernes jumat", "saturday samstag samedi sabado sabtu",
            "sunday sonntag dimanche domingo",
        ]
        for (index, names) in months.enumerated() {
            for name in names.split(separator: " ") { table[String(name)] = .month(index + 1) }
        }
        for (index, names) in weekdays.enumerated() {
            for name in names.split(separator: " ") { table[String(name)] = .weekday(index + 1) }
        }
        for name in ["yesterday", "gestern", "hier", "ayer", "kemarin"] { table[name] = .day(-1) }
        for name in ["today", "tonight", "heute", "hoy"] { table[name] = .day(0) }
        for name in ["tomorrow", "morgen", "demain", "besok"] { table[name] = .day(1) }
        return table
    }()
}
