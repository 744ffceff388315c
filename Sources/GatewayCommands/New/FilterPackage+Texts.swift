// The texts that are not Swift.
extension FilterPackage {
    /// Says where the package takes Sluice from, and how to have another source.
    ///
    /// - Parameter isChosen: Whether the author named the source.
    func sourceLines(isChosen: Bool) -> [String] {
        let choice = "another one: --sluice-path PATH (a checkout) or --sluice-url URL (a repository)"
        switch (self.source, isChosen) {
        case (.path(let path), true): return ["Sluice: the checkout \(path)"]
        case (.path(let path), false):
            return ["Sluice: the checkout \(path), in which this program was built", choice]
        case (.url(let url), true): return ["Sluice: \(url), version \(GatewayVersion.number) or later"]
        case (.url(let url), false):
            return [
                "Sluice: \(url), version \(GatewayVersion.number) or later, since this program lies in no checkout;",
                "  if that version is not there, the package does not build",
                choice,
            ]
        }
    }

    var configuration: String {
        """
        # yaml-language-server: $schema=./gateway.schema.json
        listeners:
          - name: http
            address: 127.0.0.1:8080

        routes:
          - name: hello
            response: { status: 200, body: "hello\\n" }

        filters:
          - filter: access-log
          - filter: \(self.name.text)
            config:
              text: hello from \(self.name.text)

        """
    }

    var readme: String {
        """
        # \(self.name.text)

        A filter for the edge gateway Sluice (`Sources/\(self.name.module)`), its test, and a gateway that has the bundled
        filters and this one (`Sources/gateway`).

        In this folder:

        ```console
        \(FilterPackage.commands.dropLast().joined(separator: "\n"))
        ```

        The last one serves until it is stopped. From another terminal:

        ```console
        \(FilterPackage.commands.last ?? "")
        ```

        The answer has the field `x-\(self.name.text): hello from \(self.name.text)`.

        For completion in editors, `gateway.yaml` names a schema, which the gateway writes:

        ```console
        swift run gateway schema > gateway.schema.json
        ```

        `swift run gateway filters \(self.name.text)` prints the filter's keys. How filters are written and tested is told in
        Sluice's `docs/writing-a-filter.md`, `docs/filter-api.md` and `docs/testing-filters.md`.

        """
    }
}
