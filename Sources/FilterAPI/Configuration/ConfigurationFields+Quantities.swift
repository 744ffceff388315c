extension ConfigurationFields {
    /// A time span such as `250ms`, `5s`, `2m`, `1h`; nil when absent.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - bareUnit: the unit of a number that stands without one.
    ///   - range: the spans that are taken; by default all but negative ones.
    ///   - help: what the key does, in one line.
    public func duration(
        _ key: String,
        bareUnit: DurationUnit = .seconds,
        in range: ClosedRange<Duration>? = nil,
        help: String
    ) -> Duration? {
        duration(durationKey(key, bareUnit, range, help), bareUnit, range)
    }

    /// A time span such as `250ms`, `5s`, `2m`, `1h`, with a default.
    public func duration(
        _ key: String,
        bareUnit: DurationUnit = .seconds,
        in range: ClosedRange<Duration>? = nil,
        default value: Duration,
        help: String
    ) -> Duration {
        var declaration = durationKey(key, bareUnit, range, help)
        declaration.defaultText = value.configurationText
        return duration(declaration, bareUnit, range) ?? value
    }

    private func durationKey(
        _ key: String,
        _ unit: DurationUnit,
        _ range: ClosedRange<Duration>?,
        _ help: String
    ) -> ConfigurationKey {
        var declaration = ConfigurationKey(name: key, type: .duration, help: help)
        let limits = range.map { "\($0.lowerBound.configurationText) to \($0.upperBound.configurationText); " } ?? ""
        declaration.range = "\(limits)a bare number counts \(unit)"
        return declaration
    }

    private func duration(
        _ key: ConfigurationKey,
        _ unit: DurationUnit,
        _ range: ClosedRange<Duration>?
    ) -> Duration? {
        parsed(key) { (text) throws(ConfigurationMistake) in
            guard let span = Duration(configurationText: text, bareUnit: unit), range?.contains(span) ?? true
            else { throw key.mistake }
            return span
        }
    }

    /// A number of bytes such as `64KiB`, `1MiB`, `240B`, `10MB`, or bare bytes; nil when absent.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - range: the sizes that are taken.
    ///   - takesUnlimited: whether the word `unlimited` is taken; it reads as ``unlimited``.
    ///   - help: what the key does, in one line.
    public func size(
        _ key: String,
        in range: ClosedRange<Int> = 0...Int.max,
        takesUnlimited: Bool = false,
        help: String
    ) -> Int? {
        size(sizeKey(key, range, takesUnlimited, help), range, takesUnlimited)
    }

    /// A number of bytes such as `64KiB`, `1MiB`, `240B`, `10MB`, or bare bytes, with a default.
    public func size(
        _ key: String,
        in range: ClosedRange<Int> = 0...Int.max,
        takesUnlimited: Bool = false,
        default value: Int,
        help: String
    ) -> Int {
        var declaration = sizeKey(key, range, takesUnlimited, help)
        declaration.defaultText = SizeText.write(value)
        return size(declaration, range, takesUnlimited) ?? value
    }

    private func sizeKey(
        _ key: String,
        _ range: ClosedRange<Int>,
        _ takesUnlimited: Bool,
        _ help: String
    ) -> ConfigurationKey {
        var declaration = ConfigurationKey(name: key, type: .size, help: help)
        var limits: [String] = []
        if range.lowerBound > 0 { limits.append("at least \(SizeText.write(range.lowerBound))") }
        if range.upperBound < Int.max { limits.append("at most \(SizeText.write(range.upperBound))") }
        if takesUnlimited { limits.append("or the word unlimited") }
        declaration.range = limits.isEmpty ? nil : limits.joined(separator: ", ")
        declaration.minimum = Double(range.lowerBound)
        if range.upperBound < Int.max { declaration.maximum = Double(range.upperBound) }
        declaration.takesUnlimited = takesUnlimited
        return declaration
    }

    private func size(_ key: ConfigurationKey, _ range: ClosedRange<Int>, _ takesUnlimited: Bool) -> Int? {
        parsed(key) { (text) throws(ConfigurationMistake) in
            if takesUnlimited, text == "unlimited" { return ConfigurationFields.unlimited }
            guard let bytes = SizeText.read(text), range.contains(bytes) else { throw key.mistake }
            return bytes
        }
    }
}
