import FilterAPI

/// A condition on one header field or one parameter of the query.
package struct ValueMatchConfiguration: Sendable, Hashable {
    /// What the value has to be.
    package enum Condition: Sendable, Hashable {
        /// Equal, with case.
        case exact(String)
        /// Beginning with the text.
        case prefix(String)
        /// Found by the pattern, anywhere unless it is anchored.
        case regex(String)
        /// There, also empty; or, when false, not there.
        case present(Bool)
    }

    /// The name; of a header field in lower case.
    package let name: String
    /// What the value has to be.
    package let condition: Condition

    init(_ fields: ConfigurationFields, isHeader: Bool) {
        let name = fields.requiredString("name", help: isHeader ? "Name of the field." : "Name of the parameter.")
        if isHeader, !name.isEmpty, !isToken(name) {
            fields.error(
                at: "name",
                "found \(fields.reference(at: "name")?.shown ?? ""); expected the name of a header field"
            )
        }
        self.name = isHeader ? name.lowercased() : name
        let exact = fields.string("exact", help: "The whole value.").map(Condition.exact)
        let prefix = fields.string("prefix", help: "The beginning of the value.").map(Condition.prefix)
        let regex = fields.parsed("regex", help: "A pattern found anywhere unless anchored.", regexPattern)
            .map(Condition.regex)
        let present = fields.bool("present", help: "Whether it has to be there, with any value.")
            .map(Condition.present)
        condition = exact ?? prefix ?? regex ?? present ?? .present(true)
        fields.requireExactlyOne(of: ["exact", "prefix", "regex", "present"])
    }
}
