/// Numbers of bytes as configuration files write them.
package enum SizeText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("b", 1),
        ("kib", 1 << 10), ("mib", 1 << 20), ("gib", 1 << 30), ("tib", 1 << 40),
        ("kb", 1000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000),
    ]

    /// Reads `240B`, `64KiB`, `1.5MiB`, `10MB` or bare bytes; nil for anything else.
    package static func read(_ text: String) -> Int? {
        var rest = text[...]
        guard let number = takeNumber(from: &rest) else { return nil }
        let name = rest.drop { $0 == " " }.lowercased()
        if name.isEmpty { return number.fraction.isEmpty ? Int(exactly: number.whole) : nil }
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        return number.scaled(by: unit.bytes).flatMap { Int(exactly: $0) }
    }

    /// The number as one would write it: `64KiB`, `1MiB`, `240B`, or `unlimited` for the greatest one.
    package static func write(_ bytes: Int) -> String {
        if bytes == Int.max { return "unlimited" }
        for (name, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes != 0 && bytes % size == 0 {
            return "\(bytes / size)\(name)"
        }
        return "\(bytes)B"
    }
}
