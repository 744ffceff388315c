extension ConfigurationFields {
    /// `true` or `false` (also `on`, `off`, `yes`, `no`); nil when absent.
    public func bool(_ key: String, help: String) -> Bool? {
        bool(ConfigurationKey(name: key, type: .boolean, help: help))
    }

    /// `true` or `false` (also `on`, `off`, `yes`, `no`) with a default.
    public func bool(_ key: String, default value: Bool, help: String) -> Bool {
        var declaration = ConfigurationKey(name: key, type: .boolean, help: help)
        declaration.defaultText = "\(value)"
        return bool(declaration) ?? value
    }

    private func bool(_ key: ConfigurationKey) -> Bool? {
        parsed(key) { (text) throws(ConfigurationMistake) in
            switch text.lowercased() {
            case "true", "on", "yes": true
            case "false", "off", "no": false
            default: throw key.mistake
            }
        }
    }

    /// A whole number within `range`; nil when absent.
    public func integer(_ key: String, in range: ClosedRange<Int> = 0...Int.max, help: String) -> Int? {
        integer(integerKey(key, range, help), range)
    }

    /// A whole number within `range`, with a default.
    public func integer(
        _ key: String,
        in range: ClosedRange<Int> = 0...Int.max,
        default value: Int,
        help: String
    ) -> Int {
        var declaration = integerKey(key, range, help)
        declaration.defaultText = "\(value)"
        return integer(declaration, range) ?? value
    }

    /// A whole number within `range` that has to be given; the least one when it is missing, which is then reported.
    public func requiredInteger(_ key: String, in range: ClosedRange<Int> = 0...Int.max, help: String) -> Int {
        var declaration = integerKey(key, range, help)
        declaration.isRequired = true
        return integer(declaration, range) ?? range.lowerBound
    }

    private func integerKey(_ key: String, _ range: ClosedRange<Int>, _ help: String) -> ConfigurationKey {
        var declaration = ConfigurationKey(name: key, type: .integer, help: help)
        switch (range.lowerBound, range.upperBound) {
        case (Int.min, Int.max): break
        case (let least, Int.max): declaration.range = "at least \(least)"
        case (Int.min, let most): declaration.range = "at most \(most)"
        case (let least, let most): declaration.range = "\(least) to \(most)"
        }
        if range.lowerBound > Int.min { declaration.minimum = Double(range.lowerBound) }
        if range.upperBound < Int.max { declaration.maximum = Double(range.upperBound) }
        return declaration
    }

    private func integer(_ key: ConfigurationKey, _ range: ClosedRange<Int>) -> Int? {
        parsed(key) { (text) throws(ConfigurationMistake) in
            guard let number = Int(text), range.contains(number) else { throw key.mistake }
            return number
        }
    }

    /// A finite number within `range`; nil when absent.
    public func double(_ key: String, in range: ClosedRange<Double>? = nil, help: String) -> Double? {
        double(doubleKey(key, range, help), range)
    }

    /// A finite number within `range`, with a default.
    public func double(
        _ key: String,
        in range: ClosedRange<Double>? = nil,
        default value: Double,
        help: String
    ) -> Double {
        var declaration = doubleKey(key, range, help)
        declaration.defaultText = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        return double(declaration, range) ?? value
    }

    private func doubleKey(_ key: String, _ range: ClosedRange<Double>?, _ help: String) -> ConfigurationKey {
        var declaration = ConfigurationKey(name: key, type: .number, help: help)
        declaration.range = range.map { "\($0.lowerBound) to \($0.upperBound)" }
        declaration.minimum = range?.lowerBound
        declaration.maximum = range?.upperBound
        return declaration
    }

    private func double(_ key: ConfigurationKey, _ range: ClosedRange<Double>?) -> Double? {
        parsed(key) { (text) throws(ConfigurationMistake) in
            guard let number = Double(text), number.isFinite, range?.contains(number) ?? true,
                text.allSatisfy({ "0123456789+-.eE".contains($0) })
            else { throw key.mistake }
            return number
        }
    }
}
