import FilterAPI

/// `match.path` of a route.
package enum PathMatchConfiguration: Sendable, Hashable {
    /// The whole path.
    case exact(String)
    /// The beginning of the path.
    case prefix(String)
    /// A pattern that is found anywhere in the path unless it is anchored.
    case regex(String)

    static func read(_ fields: ConfigurationFields) -> PathMatchConfiguration? {
        let exact = fields.parsed("exact", help: "The whole path.", absolutePath).map(PathMatchConfiguration.exact)
        let prefix = fields.parsed("prefix", help: "The beginning of the path.", absolutePath).map(
            PathMatchConfiguration.prefix
        )
        let regex = fields.parsed("regex", help: "A pattern found anywhere unless anchored.", regexPattern)
            .map(PathMatchConfiguration.regex)
        fields.requireExactlyOne(of: ["exact", "prefix", "regex"])
        return exact ?? prefix ?? regex
    }
}

/// A path of a URL, which begins with a slash.
func absolutePath(_ text: String) throws(ConfigurationMistake) -> String {
    guard text.hasPrefix("/") else { throw ConfigurationMistake("expected a path that begins with /") }
    guard !text.contains("?"), !text.contains("#") else {
        throw ConfigurationMistake("expected a path without a query")
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
        throw ConfigurationMistake("expected a path without blanks and control characters")
    }
    return text
}

/// The text of a pattern that compiles; the pattern itself is compiled where it is used.
func regexPattern(_ text: String) throws(ConfigurationMistake) -> String {
    guard text.utf8.count <= 4096 else { throw ConfigurationMistake("expected a pattern of at most 4096 bytes") }
    guard !text.isEmpty else { throw ConfigurationMistake("expected a pattern that is not empty") }
    let pattern: Pattern
    do throws(PatternError) {
        pattern = try Pattern(text)
    } catch {
        throw ConfigurationMistake("expected a regular expression: \(error)")
    }
    guard pattern.stepsPerByte <= maximumStepsPerByte else {
        throw ConfigurationMistake(
            "expected a regular expression that takes at most \(maximumStepsPerByte) steps a byte; "
                + "use smaller repetitions, or fewer of them inside one another"
        )
    }
    return text
}

/// The most steps that a pattern of a route may take for each byte, all for one request on its event loop: a path of 8 KiB
/// then takes some milliseconds at most.
private let maximumStepsPerByte = 500

extension ConfigurationFields {
    /// Reports when not exactly one of `keys` is there.
    func requireExactlyOne(of keys: [String]) {
        let given = keys.filter(has)
        if given.isEmpty, !isDescribing {
            error("found none of \(keys.joined(separator: ", ")); expected exactly one")
        } else if given.count > 1 {
            error(at: given[1], "found \(given.joined(separator: " and ")); expected exactly one of them")
        }
    }
}
