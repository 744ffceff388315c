import Foundation
import TestSupport
import Testing

/// The schema against the gateway's own reader, through a validator that somebody else wrote.
@Suite("`sluice schema` says what `sluice check` says")
struct SchemaCommandTests {
    private static let validator = Tools.file("Python/validate_schema.py")

    private func schema() async throws -> String {
        let outcome = try await Sluice.run(["schema"])
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
        return try Sluice.file(outcome.output, named: "gateway.schema.json")
    }

    /// A line a document.
    private func validate(_ files: [String], _ schema: String) async throws -> [String] {
        let outcome = try await ChildProcess.run(try Tools.python(), [Self.validator, schema] + files)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    @Test("every configuration of the documentation and the examples is valid")
    func documentation() async throws {
        var files = [Tools.root.appending(path: "README.md").path]
        for folder in ["docs", "examples"] {
            let walk = FileManager.default.enumerator(
                at: Tools.root.appending(path: folder),
                includingPropertiesForKeys: nil
            )
            for case let file as URL in walk ?? .init() where ["md", "yaml"].contains(file.pathExtension) {
                // The filter of one is its own program's; manifests of Kubernetes are for somebody else.
                let others = ["custom-filter", "/kubernetes/", "/."]
                if !others.contains(where: file.path.contains) { files.append(file.path) }
            }
        }
        let lines = try await self.validate(files.sorted(), try await self.schema())
        #expect(lines.count > 40)
        #expect(lines.filter { !$0.hasPrefix("ok ") } == [])
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        /// What is wrong.
        let testDescription: String
        /// Where the validator sees it.
        let path: String
        let text: String
    }

    private static let base = """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "127.0.0.1:9" }]

        """
    private static let route = "routes: [{ name: r, service: up.static }]\n"

    static let broken: [Broken] = [
        Broken(testDescription: "an unknown key", path: "$", text: base + route + "listener: []\n"),
        Broken(testDescription: "no listeners", path: "$", text: "routes: [{ name: r, response: { status: 200 } }]\n"),
        Broken(testDescription: "a wrong type", path: "$.routes", text: base + "routes: { name: r }\n"),
        Broken(
            testDescription: "a time without a unit that there is",
            path: "$.drainTimeout",
            text: base + route + "drainTimeout: 5 parsecs\n"
        ),
        Broken(
            testDescription: "a size that is none",
            path: "$.limits",
            text: base + route + "limits: { headerBytes: big }\n"
        ),
        Broken(
            testDescription: "a choice that there is not",
            path: "$.services",
            text: base.replacing("type: static", with: "type: statik") + route
        ),
        Broken(
            testDescription: "a number out of its range",
            path: "$.filters[0]",
            text: base + route + "filters: [{ filter: access-log, priority: 10000000 }]\n"
        ),
        Broken(
            testDescription: "an unknown filter",
            path: "$.filters[0]",
            text: base + route + "filters: [{ filter: acces-log }]\n"
        ),
        Broken(
            testDescription: "an unknown key of a filter",
            path: "$.filters[0].config",
            text: base + route + "filters: [{ filter: access-log, config: { paths: /dev/stdout } }]\n"
        ),
        Broken(
            testDescription: "a filter without what it needs",
            path: "$.filters[0]",
            text: base + route + "filters: [{ filter: key-auth }]\n"
        ),
        Broken(
            testDescription: "an unknown key in a match rule",
            path: "$.filters[0].matchRules[0]",
            text: base + route
                + "filters: [{ filter: access-log, matchRules: [{ route: [r], config: { fielts: [method] } }] }]\n"
        ),
        Broken(
            testDescription: "an unknown key in a route's say",
            path: "$.routes",
            text: base
                + "routes: [{ name: r, service: up.static, filters: { access-log: { config: { fielts: [] } } } }]\n"
                + "filters: [{ filter: access-log }]\n"
        ),
        Broken(
            testDescription: "a word that is neither yes nor no",
            path: "$.routes",
            text: base
                + "routes: [{ name: r, service: up.static, filters: { access-log: { disabled: onf } } }]\n"
                + "filters: [{ filter: access-log }]\n"
        ),
        Broken(
            testDescription: "a secret that is nothing",
            path: "$.filters[0]",
            text: base + route
                + "filters: [{ filter: hmac-auth, config: { consumers: [{ name: a, key: k, secret: null }] } }]\n"
        ),
    ]

    @Test("a broken configuration is refused by both", arguments: broken)
    func brokenConfiguration(_ broken: Broken) async throws {
        let file = try Sluice.file(broken.text)
        let lines = try await self.validate([file], try await self.schema())
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("refused \(file): \(broken.path)") == true, "\(lines)")
        let checked = try await Sluice.run(["check", file])
        #expect(checked.status == 1 && checked.errors.contains(":"), "\(checked)")
    }

    @Test("what is written in other ways is valid all the same")
    func spellings() async throws {
        let text = """
            admin:
            listeners: [{ name: http, address: "${ADDRESS:-127.0.0.1:0}" }]
            drainTimeout: 30
            limits: { headerBytes: "60 KiB", memory: unlimited, headerFields: "100", filterTimeout: 1m30s }
            services: [{ name: up, type: static, domain: "127.0.0.1:9", tls: }]
            routes:
              - { name: r, service: up.static, filters: { key-auth: { disabled: on }, other: { config: {} } } }
              - { name: null, service: up.static, match: { path: { prefix: /null } } }
            filters:
              - { filter: access-log, name: other, phase: STATS_PHASE, failStrategy: fail_open, after: [key-auth] }
              - filter: key-auth
                config: { keys: [x-key, null], global_auth: off, consumers: [{ name: 7, credential: "${KEY:-k}" }] }
                matchRules: [{ route: r, config: { allow: [7] } }]

            """
        let file = try Sluice.file(text)
        #expect(try await self.validate([file], try await self.schema()) == ["ok \(file)"])
        let checked = try await Sluice.run(["check", file])
        #expect(checked.status == 0, "\(checked)")
    }
}
