import FilterAPI

/// The configuration of `skip-header`.
struct SkipHeaderConfiguration: FilterConfiguration {
    let rules: [SkipRule]

    init(_ fields: ConfigurationFields) {
        let removes = fields.bool(
            "remove",
            default: false,
            help: "Drop the headers of rules that match; a rule may differ."
        )
        let rules = fields.objects(
            "rules",
            named: "header",
            help: "Which header skips which filters; default: `x-higress-skip-ai-cache: on` skips ai-cache."
        ) { rule in
            let header = rule.requiredString("header", help: "Name of the header field, in any case.")
            let value = rule.requiredString("value", help: "The value that it must have, compared with case.")
            if !rule.isDescribing, !header.isEmpty, HeaderName(validating: header) == nil {
                rule.error(
                    at: "header",
                    "found a name that no header field can have; expected letters, digits and hyphens"
                )
            }
            return SkipRule(
                header: HeaderName(header),
                value: value,
                filters: rule.requiredFilterNames("filters", help: "Names of entries or filters that are skipped."),
                removesHeader: rule.bool("remove", help: "Drop the header; default as `remove` above.") ?? removes
            )
        }
        self.rules = fields.has("rules") ? rules : [.standard(removesHeader: removes)]
    }
}
