/// Figures for people.
package enum StatusFigures {
    /// A rate: `0`, `0.25`, `12.3`, `4,200`.
    package static func rate(_ number: Double) -> String {
        if number == 0 { return "0" }
        if number < 1 { return self.decimal(number, places: 2) }
        return number < 100 ? self.decimal(number, places: 1) : self.count(Int(number.rounded()))
    }

    /// A count with commas between thousands.
    package static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// A duration in seconds as `1.2 ms`; `-` for none.
    package static func time(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        if seconds >= 1 { return "\(self.decimal(seconds, places: 2)) s" }
        if seconds >= 0.001 { return "\(self.decimal(seconds * 1000, places: 1)) ms" }
        return "\(self.decimal(seconds * 1_000_000, places: 1)) us"
    }

    /// An age in seconds by its two largest units: `3d 4h`, `12s`.
    package static func age(_ seconds: Double) -> String {
        var rest = Int(max(0, min(seconds, 1e12)))
        var parts: [String] = []
        for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")] where rest >= unit || unit == 1 {
            if parts.count < 2, rest >= unit || parts.isEmpty { parts.append("\(rest / unit)\(name)") }
            rest %= unit
        }
        return parts.joined(separator: " ")
    }

    /// Bytes as `12.3 MiB`; `-` for none.
    package static func bytes(_ number: Double?) -> String {
        guard var rest = number else { return "-" }
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if rest < 1024 { return "\(self.decimal(rest, places: unit == "B" ? 0 : 1)) \(unit)" }
            rest /= 1024
        }
        return "\(self.decimal(rest, places: 1)) TiB"
    }

    /// With so many places after the point.
    private static func decimal(_ number: Double, places: Int) -> String {
        guard number.isFinite, number.magnitude < 1e15 else { return "\(number)" }
        let scale = [1, 10, 100][min(places, 2)]
        let scaled = Int((number * Double(scale)).rounded())
        guard scale > 1 else { return "\(scaled)" }
        let fraction = String(scaled.magnitude % UInt(scale))
        let zeros = String(repeating: "0", count: max(0, places - fraction.count))
        return "\(number < 0 ? "-" : "")\(scaled.magnitude / UInt(scale)).\(zeros)\(fraction)"
    }
}
