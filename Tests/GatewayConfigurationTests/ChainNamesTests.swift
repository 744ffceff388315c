import FilterAPI
import GatewayConfiguration
import Testing

@Suite("A filter that names others is told which there are")
struct ChainNamesTests {
    struct Naming: FilterConfiguration {
        init(_ fields: ConfigurationFields) {
            _ = fields.requiredFilterNames("filters", help: "Names of entries or filters.")
        }
    }

    @Test(
        arguments: [
            ("[naming]", []), ("[first]", []), ("[other]", []),
            (
                "[first, fist]",
                [#"g.yaml:5:63: filters[1] "naming": config.filters[1]: unknown filter "fist"; did you mean "first"?"#]
            ),
            (
                "[nobody]",
                [
                    #"g.yaml:5:56: filters[1] "naming": config.filters[0]: unknown filter "nobody"; expected one of first, "#
                        + "naming, other, absent"
                ]
            ),
            (
                "[absent]",
                [
                    #"g.yaml:5:56: warning: filters[1] "naming": config.filters[0]: has no effect, because no entry of the "#
                        + #"chain is of the filter "absent""#
                ]
            ),
        ] as [(String, [String])]
    )
    func names(_ names: String, _ messages: [String]) {
        let text = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: r, response: { status: 200 } }]
            filters:
              - { filter: other, name: first }
              - { filter: naming, priority: 5, config: { filters: \(names) } }

            """
        let (_, issues) = GatewayConfiguration.load(
            text: text,
            file: "g.yaml",
            environment: [:],
            filters: [
                FilterDescription(name: "naming", configuration: Naming.self),
                FilterDescription(name: "other") { _, _ in },
                FilterDescription(name: "absent") { _, _ in },
            ]
        )
        #expect(issues.map(\.description) == messages)
    }
}
