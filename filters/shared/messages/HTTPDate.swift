/// Dates as header fields, and signatures over them, have them: `Thu, 01 Jan 2026 00:00:00 GMT`.
///
/// Source: RFC 9110, section 5.6.7 (IMF-fixdate, the form of RFC 1123).
enum HTTPDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Parameter seconds: Since 1970; what lies before counts as 1970.
    static func text(secondsSince1970 seconds: Int) -> String {
        let seconds = max(0, seconds)
        let days = seconds / 86_400
        let (year, month, day) = civilDate(days: days)
        let clock = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60].map(self.twoDigits).joined(separator: ":")
        return "\(self.weekdays[days % 7]), \(self.twoDigits(day)) \(self.months[month - 1]) \(year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
