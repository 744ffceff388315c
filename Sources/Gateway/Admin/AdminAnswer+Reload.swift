import FilterAPI

extension AdminAnswer {
    /// What became of a reload: 200, or 400 with every error and its place.
    init(_ outcome: ReloadOutcome) {
        var json: [String: Any] = [
            "hash": outcome.hash,
            "changed": outcome.result == .applied,
            "warnings": outcome.warnings.map(AdminAnswer.object),
        ]
        let isRefused = outcome.result == .refused
        if isRefused { json["errors"] = outcome.errors.map(AdminAnswer.object) }
        self.init(status: isRefused ? 400 : 200, json: json)
    }

    private static func object(_ issue: ConfigurationIssue) -> [String: Any] {
        [
            "file": issue.position.file, "line": issue.position.line, "column": issue.position.column,
            "where": issue.location, "message": issue.message,
        ]
    }
}
