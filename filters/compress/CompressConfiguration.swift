import FilterAPI

/// The configuration of `compress`.
struct CompressConfiguration: FilterConfiguration {
    let codings: [CompressionCoding]
    let level: DeflateLevel
    let minimumSize: Int
    let types: CompressibleTypes

    init(_ fields: ConfigurationFields) {
        let codings = fields.strings(
            "encodings",
            default: ["gzip", "deflate"],
            help: "The codings that are offered, the preferred one first: gzip, deflate."
        )
        self.level = DeflateLevel(
            fields.integer(
                "level",
                in: DeflateLevel.range,
                default: 4,
                help: "How hard to look for repetitions: 1 is fast, 9 is small."
            )
        )
        self.minimumSize = fields.size(
            "minimumSize",
            in: 0...(1 << 30),
            default: 1024,
            help: "Bodies that are known to be shorter are left alone."
        )
        let types = fields.strings(
            "contentTypes",
            default: CompressibleTypes.defaults,
            help: "The types that are compressed: TYPE/SUBTYPE, TYPE/*, TYPE/*+SUFFIX."
        )
        self.types = CompressibleTypes(types)
        self.codings = codings.enumerated().compactMap { index, name in
            if let coding = CompressionCoding(rawValue: name) { return coding }
            let names = CompressionCoding.allCases.map(\.rawValue)
            fields.error(unknown: name, "encoding", at: "encodings", item: index, among: names)
            return nil
        }
        guard !fields.isDescribing else { return }
        if codings.isEmpty { fields.error(at: "encodings", "found no encoding; expected gzip, deflate or both") }
        for (index, type) in types.enumerated() {
            if let mistake = mistake(inType: type.lowercased()) {
                fields.error(at: "contentTypes", item: index, mistake)
            }
        }
    }
}

private func mistake(inType type: String) -> String? {
    let parts = type.split(separator: "/", omittingEmptySubsequences: false)
    let isForm = parts.count == 2 && !parts[0].isEmpty && !parts[0].contains("*") && !parts[1].isEmpty
    guard isForm, !type.contains(" "), !type.contains(";"), parts[1].first == "*" || !parts[1].contains("*") else {
        return "expected a type such as application/json, text/* or application/*+json"
    }
    if type == "text/event-stream" { return "events are never compressed, since each has to leave at once" }
    if parts[0] == "image", parts[1] != "svg+xml" { return "images are compressed already; expected another type" }
    return nil
}
