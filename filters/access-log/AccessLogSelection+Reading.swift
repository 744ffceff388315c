import FilterAPI

extension AccessLogSelection {
    /// Reads `sample` and `keep`. With `keep` alone nothing else gets a line.
    init(_ fields: ConfigurationFields) {
        let keep = fields.object("keep", help: "Streams that get a line in any case; one condition is enough.") {
            Keep($0)
        }
        let sample = fields.double(
            "sample",
            in: 0...1,
            help: "Share of the other streams that get a line; default 1, with keep 0."
        )
        self.init(keep: keep, sample: sample ?? (keep == nil ? 1 : 0))
    }
}

extension AccessLogSelection.Keep {
    fileprivate init(_ fields: ConfigurationFields) {
        let statuses = fields.strings("statuses", help: "Statuses such as 429, or classes such as 5xx.")
        for (index, text) in statuses.enumerated() {
            guard let range = statusRange(text) else {
                fields.error(at: "statuses", item: index, "expected a status such as 429, or a class such as 5xx")
                continue
            }
            self.statuses.append(range)
        }
        let slowerThan = fields.duration(
            "slowerThan",
            bareUnit: .milliseconds,
            in: .zero ... .seconds(86_400),
            help: "Streams that took longer."
        )
        self.slowerThan = slowerThan.map { duration in
            let (seconds, attoseconds) = duration.components
            return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        }
        let flags = fields.strings("flags", help: "Marks of response_flags, such as UT; * for any.")
        self.anyFlag = flags.contains("*")
        self.flags = Set(flags)
        if !fields.isDescribing, !["statuses", "slowerThan", "flags"].contains(where: { fields.has($0) }) {
            fields.error("found no condition; expected statuses, slowerThan or flags")
        }
    }
}

/// `404`, or `5xx` for 500 to 599, or `0` for streams without an answer.
private func statusRange(_ text: String) -> ClosedRange<Int>? {
    let text = text.lowercased()
    if text.count == 3, text.hasSuffix("xx"), let digit = Int(text.prefix(1)), (1...5).contains(digit) {
        return digit * 100...digit * 100 + 99
    }
    guard let status = Int(text), status == 0 || (100...599).contains(status) else { return nil }
    return status...status
}
