/// A number in Chinese characters.
///
/// These stand in many words that have nothing to do with numbers (四川, 十分, 百度), so only those count that are followed by
/// what they count (三天) or told to be ordinals (第三).
enum ChineseNumber: Sendable, Hashable {
    case cardinal(Int)
    case ordinal(Int)

    /// The longest that is read, in characters; longer ones are none.
    private static let longest = 9

    static func numbers(in text: String) -> [ChineseNumber] {
        guard text.unicodeScalars.contains(where: { self.begins($0) }) else { return [] }
        let scalars = Array(text.unicodeScalars)
        var numbers: [ChineseNumber] = []
        var place = 0
        while place < scalars.count {
            guard self.begins(scalars[place]) else {
                place += 1
                continue
            }
            let end = scalars[place...].firstIndex { !self.begins($0) && self.units[$0] == nil } ?? scalars.count
            if let number = self.number(scalars, place..<end) { numbers.append(number) }
            place = end
        }
        return numbers
    }

    private static func number(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> ChineseNumber? {
        guard range.count <= self.longest, let value = self.value(of: scalars[range]) else { return nil }
        let before = range.lowerBound > 0 ? scalars[range.lowerBound - 1] : " "
        if before == "第" { return .ordinal(value) }
        // Days of the week, and "some".
        guard !"周期拜几幾数數".unicodeScalars.contains(before), range.upperBound < scalars.count else { return nil }
        let counted = scalars[range.upperBound]
        guard self.counted.contains(counted) else { return nil }
        let isMinutes =
            range.upperBound + 1 < scalars.count && "钟鐘".unicodeScalars.contains(scalars[range.upperBound + 1])
        // 十分 is "very".
        if counted == "分", !isMinutes { return nil }
        return .cardinal(value)
    }

    private static func value(of run: ArraySlice<Unicode.Scalar>) -> Int? {
        let digits = run.compactMap { self.digits[$0] }
        if digits.count == run.count {
            // Place by place (二〇二四).
            return digits.count == 1 || digits.count == 4 ? digits.reduce(0) { 10 * $0 + $1 } : nil
        }
        var (total, section, digit) = (0, 0, nil as Int?)
        for scalar in run {
            if let value = self.digits[scalar] {
                guard digit == nil || digit == 0 else { return nil }
                digit = value
            } else if let unit = self.units[scalar] {
                if unit == 10_000 {
                    guard total == 0 else { return nil }
                    total = (section + (digit ?? 0)) * unit
                    section = 0
                } else {
                    section += (digit ?? 1) * unit
                }
                digit = nil
            }
        }
        return total + section + (digit ?? 0)
    }

    private static func begins(_ scalar: Unicode.Scalar) -> Bool { self.digits[scalar] != nil || scalar == "十" }

    private static let digits: [Unicode.Scalar: Int] = [
        "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]

    private static let units: [Unicode.Scalar: Int] = ["十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000]

    /// What begins a word for something that is counted.
    private static let counted = Set("天个個年月日号號次小分秒公米元块塊人岁歲点點周週种種本页頁章条條张張倍件名位斤克晚夜层層杯瓶只隻辆輛台门門句道".unicodeScalars)
}
