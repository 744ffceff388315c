/// The unit of a number that stands without one.
public enum DurationUnit: String, Sendable, Hashable, CaseIterable {
    /// Thousandths of a second.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"
    /// Minutes.
    case minutes = "m"
    /// Hours.
    case hours = "h"
    /// Days of 24 hours.
    case days = "d"

    var nanoseconds: Int64 {
        switch self {
        case .milliseconds: 1_000_000
        case .seconds: 1_000_000_000
        case .minutes: 60_000_000_000
        case .hours: 3_600_000_000_000
        case .days: 86_400_000_000_000
        }
    }
}

extension Duration {
    /// Reads `250ms`, `5s`, `2m`, `1.5h`, `1h30m`, or a bare number in `bareUnit`; nil for anything else.
    package init?(configurationText text: String, bareUnit: DurationUnit) {
        var rest = text[...]
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            guard let number = takeNumber(from: &rest) else { return nil }
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            let isBare = letters.isEmpty && rest.isEmpty && number.isWholeText
            guard let unit = letters.isEmpty ? (isBare ? bareUnit : nil) : DurationUnit(rawValue: String(letters)),
                let nanoseconds = number.scaled(by: unit.nanoseconds)
            else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            if overflow { return nil }
            total = sum
        }
        self = .nanoseconds(total)
    }

    /// The span as one would write it in the file: `250ms`, `5s`, `2m`, `1h`.
    package var configurationText: String {
        let (seconds, attoseconds) = components
        guard attoseconds == 0 else {
            return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
        }
        if seconds != 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds != 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

/// A decimal number as digits, so that `0.1s` is exact.
struct DecimalText {
    let whole: Int64
    let fraction: Substring
    /// Whether the number was the only part of its text so far.
    let isWholeText: Bool

    /// The number times `unit`, cut to a whole; nil when it is too great.
    func scaled(by unit: Int64) -> Int64? {
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
        let digits = fraction.prefix(15)
        let power = digits.reduce(Int64(1)) { power, _ in power * 10 }
        // The numerator is less than the power of ten, so that the quotient is less than the unit.
        let part = power.dividingFullWidth((Int64(digits) ?? 0).multipliedFullWidth(by: unit)).quotient
        let (sum, sumOverflow) = product.addingReportingOverflow(part)
        return overflow || sumOverflow ? nil : sum
    }
}

/// Takes digits, and digits after a point, off the front of `text`.
func takeNumber(from text: inout Substring) -> DecimalText? {
    let isFirst = text.startIndex == text.base.startIndex
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let whole = Int64(digits) else { return nil }
    text = text.dropFirst(digits.count)
    guard text.first == "." else { return DecimalText(whole: whole, fraction: "", isWholeText: isFirst) }
    let fraction = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
    guard !fraction.isEmpty else { return nil }
    text = text.dropFirst(fraction.count + 1)
    return DecimalText(whole: whole, fraction: fraction, isWholeText: isFirst)
}
