import FilterAPI
import Foundation
import GatewayConfiguration
import Testing

@Suite struct LoadingTests {
    private func load(_ text: String) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        GatewayConfiguration.load(text: text, file: "f", environment: [:], filters: ExampleFilters.all)
    }

    @Test func aMissingFileIsNamed() {
        let (configuration, issues) = GatewayConfiguration.load(path: "/nowhere/gateway.yaml", filters: [])
        #expect(configuration == nil)
        #expect(issues.map(\.description) == ["/nowhere/gateway.yaml: no such file"])
    }

    @Test func pathsOfCertificatesAreRelativeToTheFile() throws {
        let text = """
            listeners: [{name: a, address: ":0"}]
            services: [{name: s, type: dns, domain: x, protocol: https, tls: {trustRoots: ca.pem, certificate: /c.pem, privateKey: k/k.pem}}]
            """
        let (configuration, _) = GatewayConfiguration.load(
            text: text,
            file: "/etc/sluice/gateway.yaml",
            environment: [:],
            filters: []
        )
        let tls = try #require(configuration?.services.first?.tls)
        #expect(tls.trustRoots == "/etc/sluice/ca.pem")
        #expect(tls.certificate == "/c.pem")
        #expect(tls.privateKey == "/etc/sluice/k/k.pem")
    }

    @Test func filtersGetTheirConfigWithPositionsAndTheBaseOfARule() throws {
        let text = """
            listeners: [{name: a, address: ":0"}]
            routes: [{name: r, response: {}, filters: {probe: {config: {b: 3}}}}]
            filters:
              - filter: probe
                config: {b: 1}
                matchRules: [{route: r, config: {b: 2}}]
            """
        let probe = FilterDescription(name: "probe") { candidate, context in
            let value = candidate.node?["b"]?.scalar?.text ?? "-"
            let base = candidate.base?["b"]?.scalar?.text ?? "-"
            context.issues.warning(at: candidate.position, candidate.location, "\(candidate.use) \(value) \(base)")
        }
        let (_, issues) = GatewayConfiguration.load(text: text, file: "f", environment: [:], filters: [probe])
        #expect(
            issues.map(\.description) == [
                "f:2:44: warning: routes[0] \"r\": filters.probe.config: route 3 1",
                "f:4:5: warning: filters[0] \"probe\": config: entry 1 -",
                "f:6:18: warning: filters[0] \"probe\": matchRules[0].config: rule 2 1",
            ]
        )
    }

    @Test func thousandsOfRoutesAreReadInOneGo() throws {
        let routes = (0..<2000).map { "  - {name: r\($0), match: {path: {exact: /\($0)}}, service: s.dns}" }
        let text = """
            listeners: [{name: a, address: ":0"}]
            services: [{name: s, type: dns, domain: x}]
            routes:
            \(routes.joined(separator: "\n"))
            """
        #expect(try #require(load(text).0).routes.count == 2000)
    }

    @Test func aReferenceToItselfIsRefused() {
        let (configuration, issues) = load("a: &a [*a]")
        #expect(configuration == nil)
        #expect(issues.count == 1)
    }
}
