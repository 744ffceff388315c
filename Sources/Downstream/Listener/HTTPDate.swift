/// Dates as header fields have them.
///
/// Source: RFC 9110, section 5.6.7 (IMF-fixdate).
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(secondsSince1970 seconds: Int64) -> String {
        let day = Int(seconds / 86_400)
        let time = Int(seconds % 86_400)
        let (year, month, dayOfMonth) = HTTPDate.civil(day)
        let clock = [time / 3600, time / 60 % 60, time % 60].map(HTTPDate.twoDigits).joined(separator: ":")
        return
            "\(HTTPDate.days[day % 7]), \(HTTPDate.twoDigits(dayOfMonth)) \(HTTPDate.months[month - 1]) \(year) \(clock) GMT"
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Days since 1970 as a date of the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
