import Logging

// `/logging` of the operators' listener.
extension LogLevelDial {
    /// The level in force.
    var answer: AdminAnswer { AdminAnswer(json: ["level": self.level.rawValue]) }

    /// Sets the level that the query names, as in `level=debug`; without one nothing changes.
    func answer(toPost query: String) -> AdminAnswer {
        guard !query.isEmpty else { return self.answer }
        let value = query.hasPrefix("level=") ? query.dropFirst("level=".count) : ""
        guard let level = Logger.Level(rawValue: value.lowercased()) else {
            let message =
                "unknown level; expected one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
            return AdminAnswer(status: 400, json: ["error": message])
        }
        self.level = level
        return self.answer
    }
}
