import FilterAPI

/// Writes families of metrics as text.
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4; OpenMetrics 1.0, "Text format". They differ in the names of
/// the families of counters and infos, in what help escapes, and in the mark of the end.
struct MetricText {
    private let format: MetricFormat
    private var text = ""

    private init(_ format: MetricFormat) { self.format = format }

    static func render(_ families: [MetricFamily], as format: MetricFormat) -> String {
        var writer = MetricText(format)
        for family in families where !family.samples.isEmpty { writer.write(family) }
        if format == .openMetrics { writer.text += "# EOF\n" }
        return writer.text
    }

    private mutating func write(_ family: MetricFamily) {
        let name = self.familyName(family)
        self.text += "# HELP \(name) \(self.escaped(family.help))\n"
        self.text += "# TYPE \(name) \(self.typeName(family.kind))\n"
        for sample in family.samples { self.write(sample, of: family) }
    }

    private func familyName(_ family: MetricFamily) -> String {
        guard self.format == .openMetrics else { return family.name }
        switch family.kind {
        case .counter where family.name.hasSuffix("_total"): return String(family.name.dropLast("_total".count))
        case .info where family.name.hasSuffix("_info"): return String(family.name.dropLast("_info".count))
        default: return family.name
        }
    }

    private func typeName(_ kind: MetricFamily.Kind) -> String {
        kind == .info && self.format == .prometheus ? MetricFamily.Kind.gauge.rawValue : kind.rawValue
    }

    private func escaped(_ help: String) -> String {
        let help = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return self.format == .openMetrics ? help.replacing("\"", with: "\\\"") : help
    }

    private mutating func write(_ sample: MetricFamily.Sample, of family: MetricFamily) {
        let labels = sample.labels.isEmpty ? "" : "{\(sample.labels)}"
        switch sample.value {
        case .integer(let number): self.text += "\(family.name)\(labels) \(number)\n"
        case .real(let number): self.text += "\(family.name)\(labels) \(MetricText.number(number))\n"
        case .durations(let durations): self.write(durations, family.name, sample.labels)
        case .sum(let sum, let count):
            self.text += "\(family.name)_sum\(labels) \(MetricText.number(sum))\n"
            self.text += "\(family.name)_count\(labels) \(count)\n"
        }
    }

    private mutating func write(_ durations: DurationDistribution, _ name: String, _ labels: String) {
        var count = 0
        let lead = labels.isEmpty ? "" : labels + ","
        for (bound, inBucket) in zip(MetricText.bounds, durations.counts) {
            count += inBucket
            self.text += "\(name)_bucket{\(lead)le=\"\(bound)\"} \(count)\n"
        }
        let total = durations.total
        let braced = labels.isEmpty ? "" : "{\(labels)}"
        self.text += "\(name)_bucket{\(lead)le=\"+Inf\"} \(total)\n"
        self.text += "\(name)_sum\(braced) \(Double(durations.sum) / 1_000_000_000)\n"
        self.text += "\(name)_count\(braced) \(total)\n"
    }

    /// The upper bounds of the buckets in seconds.
    private static let bounds = Histogram.bounds.map { "\(Double($0) / 1_000_000_000)" }

    private static func number(_ number: Double) -> String {
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        return number.isNaN ? "NaN" : "\(number)"
    }
}
