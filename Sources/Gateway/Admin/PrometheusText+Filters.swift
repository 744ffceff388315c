import FilterRuntime

extension PrometheusText {
    /// What each filter of the chain did that is out of the ordinary.
    static func render(filters ended: StreamStatistics, into text: inout String) {
        let families: [(String, String, (StreamStatistics.FilterCounts) -> Int)] = [
            (
                "sluice_filter_errors_total",
                "Streams in which a filter threw, or held the stream longer than filterTimeout.", { $0.errors }
            ),
            ("sluice_filter_responses_total", "Streams that a filter answered itself.", { $0.responses }),
        ]
        for (name, help, value) in families where !ended.filters.isEmpty {
            self.header(name, help, "counter", into: &text)
            for (filter, counts) in ended.filters.sorted(by: { $0.key < $1.key }) {
                text += "\(name){filter=\"\(self.escaped(filter))\"} \(value(counts))\n"
            }
        }
    }

    /// A label's value: an entry's name is any text.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
