extension GJSONValue {
    /// The value as a boolean: true for `true`, numbers other than 0, and the strings `1`, `t` and `true` in any case.
    public var bool: Bool {
        withNode(\.isTrue)
    }

    /// The value as a double: 1 for `true`, the number that a string spells, 0 for anything else.
    public var double: Double {
        switch kind {
        case .true: 1
        case .number: withNode(\.number)
        case .string: withText { FloatText.parse($0) }
        case .null, .false, .json: 0
        }
    }

    /// The value as an integer: numbers without their fraction, and beyond the range of `Int` its nearest end; 1 for
    /// `true`, the integer that a string spells, 0 for anything else.
    public var int: Int {
        switch kind {
        case .true: 1
        case .number: integer(of: double)
        case .string: withText { FloatText.parseInteger($0).map { Int(clamping: $0) } ?? 0 }
        case .null, .false, .json: 0
        }
    }

    /// Beyond 2^53 the digits themselves are more exact than the double.
    private func integer(of number: Double) -> Int {
        if number.magnitude <= 9_007_199_254_740_991 { return Int(number) }
        if let exact = withNode({ FloatText.parseInteger($0.raw) }) { return Int(clamping: exact) }
        if number.isNaN { return 0 }
        return number < 0 ? (Int(exactly: number.rounded(.towardZero)) ?? .min) : (Int(exactly: number) ?? .max)
    }

    private func withText<Result>(_ body: (Bytes) -> Result) -> Result {
        bytes.withUnsafeBytes { body(Bytes($0)) }
    }
}
