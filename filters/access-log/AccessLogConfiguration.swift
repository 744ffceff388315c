import FilterAPI

/// The configuration of `access-log`.
struct AccessLogConfiguration: FilterConfiguration {
    /// The file; `/dev/stdout` and `/dev/stderr` are the process's own.
    let path: String
    let fields: [AccessLogField]
    let flushInterval: Duration
    /// Which streams get a line.
    let selection: AccessLogSelection

    static let standardOutput = "/dev/stdout"
    static let standardError = "/dev/stderr"

    init(_ fields: ConfigurationFields) {
        self.path = fields.string("path", default: Self.standardOutput, help: "The file that lines are appended to.")
        self.flushInterval = fields.duration(
            "flushInterval",
            bareUnit: .seconds,
            in: .zero ... .seconds(60),
            default: .seconds(1),
            help: "How long a line may wait to be written together with others."
        )
        self.fields = Self.readFields(fields)
        self.selection = AccessLogSelection(fields)
        if !fields.isDescribing, self.path.isEmpty {
            fields.error(at: "path", "found an empty text; expected the path of a file")
        }
    }

    private static func readFields(_ fields: ConfigurationFields) -> [AccessLogField] {
        let all = AccessLogField.allCases
        let names = fields.strings("fields", default: all.map(\.rawValue), help: "The keys of a line, in their order.")
        var taken: [AccessLogField] = []
        for (index, name) in names.enumerated() {
            guard let field = AccessLogField(rawValue: name) else {
                fields.error(unknown: name, "field", at: "fields", item: index, among: all.map(\.rawValue))
                continue
            }
            if taken.contains(field) {
                fields.error(at: "fields", item: index, "found a field for the second time; expected each once")
            }
            taken.append(field)
        }
        if names.isEmpty { fields.error(at: "fields", "found no field; expected at least one") }
        return taken
    }
}
