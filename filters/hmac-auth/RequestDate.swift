import FilterAPI

/// When a client says that it made a request, in milliseconds since 1970.
struct RequestDate: Sendable, Hashable {
    let milliseconds: Int

    /// Reads the field `Date`, which is always signed, or without one `x-ca-timestamp`, which the client has to sign if nobody
    /// else is to renew it. `nil` when neither says a time.
    init?(_ headers: HeaderFields) {
        if let date = headers[.date], !date.isEmpty {
            guard let seconds = HTTPDate.secondsSince1970(date) else { return nil }
            self.milliseconds = seconds * 1000
            return
        }
        guard let text = headers[.xCaTimestamp], (1...15).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int(text)
        else { return nil }
        // Thirteen digits are milliseconds, fewer are seconds.
        self.milliseconds = text.utf8.count >= 13 ? number : number * 1000
    }

    /// Whether it lies within so many seconds of a moment, before or after.
    func isWithin(seconds: Int, ofNanosecondsSince1970 now: Int64) -> Bool {
        abs(self.milliseconds - Int(now / 1_000_000)) <= seconds * 1000
    }
}

extension HTTPDate {
    /// Reads any of the three forms that recipients have to take, and an offset of nothing behind `GMT`, as some SDKs write it.
    ///
    /// Source: RFC 9110, section 5.6.7.
    static func secondsSince1970(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," }
        switch words.count {
        case 6 where words[5] == "GMT" || words[5] == "GMT+00:00":
            return self.seconds(year: Int(words[3]), month: words[2], day: words[1], clock: words[4])
        case 5 where words[4].utf8.count == 4:
            return self.seconds(year: Int(words[4]), month: words[1], day: words[2], clock: words[3])
        case 4 where words[3] == "GMT":
            let date = words[1].split(separator: "-")
            guard date.count == 3, date[2].utf8.count == 2, let year = Int(date[2]) else { return nil }
            return self.seconds(
                year: year < 70 ? 2000 + year : 1900 + year,
                month: date[1],
                day: date[0],
                clock: words[2]
            )
        default: return nil
        }
    }

    private static func seconds(year: Int?, month: Substring, day: Substring, clock: Substring) -> Int? {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = clock.split(separator: ":").compactMap { $0.utf8.count == 2 ? Int($0) : nil }
        guard let year, (1970...9999).contains(year), let place = names.firstIndex(of: String(month)),
            let day = Int(day), (1...31).contains(day), parts.count == 3,
            (0...23).contains(parts[0]), (0...59).contains(parts[1]), (0...60).contains(parts[2])
        else { return nil }
        let days = daysSince1970(year: year, month: place + 1, day: day)
        return days * 86_400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
    }
}
