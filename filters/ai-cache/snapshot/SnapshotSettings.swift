import FilterAPI

/// Where a store in memory keeps a copy on disk: `path` and `snapshotInterval`.
struct SnapshotSettings: Sendable, Hashable {
    let path: String
    let interval: Duration

    /// Reads the keys; `nil` without `path`.
    init?(_ fields: ConfigurationFields) {
        let path = fields.string("path", help: "A file that entries are kept in over restarts; default: none.")
        self.interval = fields.duration(
            "snapshotInterval",
            bareUnit: .seconds,
            in: .seconds(1)...(.seconds(86400)),
            default: .seconds(300),
            help: "How often the file is written when something has changed; it is also written before the end."
        )
        if path?.isEmpty == true { fields.error(at: "path", "found an empty text; expected a path") }
        guard let path, !path.isEmpty else { return nil }
        self.path = path
    }

    init(path: String, interval: Duration) {
        self.path = path
        self.interval = interval
    }
}
