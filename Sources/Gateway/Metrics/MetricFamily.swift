import FilterAPI

/// One family of metrics as it is shown: a pure value.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter, gauge, histogram, summary
        /// Always 1; what it says is in its labels.
        case info
    }

    enum Value: Sendable {
        case integer(Int)
        case real(Double)
        /// Durations in nanoseconds, shown in seconds.
        case durations(DurationDistribution)
        /// A count, and a sum in seconds.
        case sum(Double, count: Int)
    }

    struct Sample: Sendable {
        /// Without braces: `service="llm.static"`.
        let labels: String
        let value: Value
    }

    /// As Prometheus' text form has it: a counter ends in `_total`, an info in `_info`.
    let name: String
    /// One sentence.
    let help: String
    let kind: Kind
    private(set) var samples: [Sample] = []

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.help = help
        self.kind = kind
    }

    /// A family with one sample without labels.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Value) {
        self.init(name, kind, help)
        self.add([], value)
    }

    /// Adds a sample. Labels are of fixed names; their values are escaped here.
    mutating func add(_ labels: [(String, String)], _ value: Value) {
        let text = labels.map { "\($0.0)=\"\(MetricFamily.escaped($0.1))\"" }.joined(separator: ",")
        self.samples.append(Sample(labels: text, value: value))
    }

    /// Adds a sample whose labels are text already.
    mutating func add(labels: String, _ value: Value) {
        self.samples.append(Sample(labels: labels, value: value))
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { [0x5C, 0x22, 0x0A].contains($0) }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
