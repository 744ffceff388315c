import FilterAPI

/// The configuration of `ai-prompt-template`.
struct AIPromptTemplateConfiguration: FilterConfiguration {
    /// Whole requests by name, with `{{name}}` in their texts.
    let templates: [String: JSONTree]
    let maximumBodyBytes: Int

    init(_ fields: ConfigurationFields) {
        var names: Set<String> = []
        let templates = fields.objects(
            "templates",
            isRequired: true,
            named: "name",
            help: "Requests that clients ask for by name."
        ) { item in
            let name = item.requiredString("name", help: "The name.")
            let node = item.node(
                "template",
                help: "The body of the request; {{x}} in its texts stands for the property x."
            )
            if !item.isDescribing {
                if !name.isEmpty, !names.insert(name).inserted {
                    item.error(at: "name", "found the name of an earlier template; expected each name once")
                }
                if node?.entries == nil { item.error(at: "template", "expected a mapping: the body of a request") }
            }
            return (name: name, template: node?.json ?? .object([]))
        }
        self.templates = Dictionary(templates.map { ($0.name, $0.template) }, uniquingKeysWith: { first, _ in first })
        self.maximumBodyBytes = fields.maximumBodyBytes()
    }
}
