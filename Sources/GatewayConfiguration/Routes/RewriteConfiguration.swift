import FilterAPI

/// `rewrite` of a route: what is changed in a request on its way to the service.
package struct RewriteConfiguration: Sendable, Hashable {
    /// How the path is changed.
    package enum Path: Sendable, Hashable {
        /// The matched prefix is replaced; the rest and the query stay.
        case prefix(String)
        /// The whole path is replaced; the query stays.
        case whole(String)
        /// What the pattern finds is replaced; `$1` stands for its first group.
        case regex(String, substitution: String)
    }

    /// How the path is changed, if it is.
    package let path: Path?
    /// The authority that the service sees, instead of the client's.
    package let host: String?

    init(_ fields: ConfigurationFields) {
        let prefix = fields.parsed("prefix", help: "Replaces the matched prefix.", absolutePath).map(Path.prefix)
        let whole = fields.parsed("path", help: "Replaces the whole path.", absolutePath).map(Path.whole)
        let regex = fields.parsed("regex", help: "Pattern whose match is replaced.", regexPattern)
        let substitution = fields.string("substitution", help: "What stands for the match; $1 is its first group.")
        host = fields.parsed("host", help: "The authority that the service sees.", authority)
        path = prefix ?? whole ?? regex.map { .regex($0, substitution: substitution ?? "") }
        checkTogether(fields)
        if let regex, let substitution, let pattern = try? Pattern(regex) {
            do throws(PatternError) {
                _ = try PatternSubstitution(substitution, for: pattern)
            } catch {
                fields.error(at: "substitution", "expected a substitution such as /b/$1: \(error)")
            }
        }
    }

    private func checkTogether(_ fields: ConfigurationFields) {
        let paths = ["prefix", "path", "regex"].filter(fields.has)
        if paths.count > 1 {
            fields.error(at: paths[1], "found \(paths.joined(separator: " and ")); expected at most one of them")
        }
        if fields.has("regex") != fields.has("substitution") {
            fields.error("\"regex\" and \"substitution\" need each other")
        }
        if paths.isEmpty, !fields.has("host"), !fields.has("substitution"), !fields.isDescribing {
            fields.error("found nothing to rewrite; expected prefix, path, regex or host")
        }
    }
}

/// A host with an optional port, as it goes into `Host`.
func authority(_ text: String) throws(ConfigurationMistake) -> String {
    let mistake = ConfigurationMistake("expected a host such as example.com or example.com:8080")
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
        !text.contains(where: { "/?#@".contains($0) })
    else { throw mistake }
    return text
}
