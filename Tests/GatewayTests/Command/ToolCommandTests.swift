import Foundation
import TestSupport
import Testing

@Suite("The other commands")
struct ToolCommandTests {
    private static let configuration = """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: llm, type: static, domain: "127.0.0.1:9" }]
        routes:
          - { name: chat, match: { domains: [chat.example.com], path: { prefix: /v1/ } }, service: llm.static }
          - name: open
            match: { domains: [chat.example.com], path: { prefix: /open/ } }
            service: llm.static
            filters: { key-auth: { disabled: true } }
        filters:
          - filter: access-log
          - filter: ai-cache
            config: { cache: { type: memory } }
          - filter: key-auth
            config: { keys: [x-key], consumers: [{ name: a, credential: s3cret }] }
            matchRules: [{ route: [chat], config: { allow: [a] } }]
          - filter: skip-header
        """

    @Test("explain tells the route and the filters in their order")
    func explain() async throws {
        let path = try Sluice.file(Self.configuration)
        let outcome = try await Sluice.run([
            "explain", path, "--request", "POST https://chat.example.com/v1/chat/completions",
        ])
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        try #require(lines.count == 5, "\(outcome.output)")
        #expect(outcome.output.contains("chat") && outcome.output.contains("llm.static"))
        #expect(lines[1].starts(with: ["1", "skip-header", "AUTHN", "1000"]))
        #expect(
            lines[2].starts(with: ["2", "key-auth", "AUTHN", "310"]) && lines[2].contains { $0.contains("matchRules") }
        )
        #expect(lines[3].starts(with: ["3", "ai-cache", "AUTHN", "10"]))
        #expect(lines[4].starts(with: ["4", "access-log", "STATS", "1000"]))
        #expect(!outcome.output.contains("s3cret"))
    }

    @Test("explain tells who runs before whom by name")
    func explainOrder() async throws {
        let path = try Sluice.file(
            Self.configuration.replacing(
                "- filter: access-log",
                with:
                    "- { filter: key-auth, name: late, after: [ai-cache], config: { keys: [x-key], consumers: [{ name: b, credential: c }] } }"
            )
        )
        let request = ["explain", path, "--request", "GET http://chat.example.com/v1/x"]
        let text = try await Sluice.run(request)
        let lines = text.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines.dropFirst().compactMap { $0.dropFirst().first } == ["skip-header", "key-auth", "ai-cache", "late"]
        )
        #expect(lines.last?.starts(with: ["4", "late", "AUTHN", "310"]) == true)
        #expect(text.output.contains("config, after ai-cache"), "\(text)")
        let json = try await Sluice.run(request + ["--json"])
        #expect(json.output.contains(#""order" : "after ai-cache""#), "\(json)")
    }

    @Test("explain tells which filters are skipped and why")
    func explainSkipped() async throws {
        let path = try Sluice.file(Self.configuration)
        let outcome = try await Sluice.run([
            "explain", path, "--request", "POST http://chat.example.com/open/x", "-H", "x-higress-skip-ai-cache: on",
            "--json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect(object["route"] as? String == "open")
        let filters = try #require(object["filters"] as? [[String: Any]])
        #expect(filters.compactMap { $0["name"] as? String } == ["skip-header", "access-log"])
        for filter in filters {
            #expect(Set(filter.keys) == ["name", "filter", "phase", "priority", "config", "source"])
        }
        let skipped = try #require(object["skipped"] as? [[String: String]])
        #expect(Set(skipped.compactMap { $0["name"] }) == ["key-auth", "ai-cache"])
        #expect(skipped.allSatisfy { $0["reason"]?.isEmpty == false })
        #expect(skipped.first { $0["name"] == "ai-cache" }?["reason"]?.contains("x-higress-skip-ai-cache") == true)
        #expect(!outcome.output.contains("s3cret"))
    }

    @Test("explain says that no route matches", arguments: [["--json"], []])
    func explainNothing(_ options: [String]) async throws {
        let path = try Sluice.file(Self.configuration)
        let outcome = try await Sluice.run(["explain", path, "--request", "GET http://other.example/v1/x"] + options)
        #expect(outcome.output.contains("route_not_found"), "\(outcome)")
    }

    @Test(
        "explain tells what becomes of an upgrade",
        arguments: [
            ("/chat/1", "WebSocket", "upgrade WebSocket: allowed"),
            ("/chat/1", "h2c", "upgrade h2c: not allowed here; the request goes on without it"),
            ("/other", "websocket", "upgrade websocket: not allowed here; the request goes on without it"),
        ]
    )
    func explainUpgrade(_ target: String, _ upgrade: String, _ line: String) async throws {
        let path = try Sluice.file(
            """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "127.0.0.1:1" }]
            routes:
              - { name: sockets, match: { path: { prefix: /chat/ } }, service: up.static, upgrades: [websocket] }
              - { name: pages, service: up.static }
            """
        )
        let outcome = try await Sluice.run([
            "explain", path, "--request", "GET http://localhost\(target)", "-H", "Upgrade: \(upgrade)",
        ])
        #expect(outcome.output.split(separator: "\n").contains { $0 == line }, "\(outcome)")
    }

    @Test("explain takes the example as it stands")
    func explainExample() async throws {
        let path = Tools.root.appendingPathComponent("examples/ai-cache/gateway.yaml").path
        let with = try await Sluice.run([
            "explain", path, "--request", "POST http://localhost/v1/chat/completions", "-H",
            "x-higress-skip-ai-cache: on",
        ])
        let without = try await Sluice.run(["explain", path, "--request", "POST http://localhost/v1/chat/completions"])
        #expect(with.status == 0 && with.output.contains("skipped ai-cache"), "\(with)")
        #expect(without.status == 0 && !without.output.contains("skipped ai-cache"), "\(without)")
        #expect(without.output.contains("ai-cache"))
    }

    @Test("filters lists all and the keys of one")
    func filters() async throws {
        let all = try await Sluice.run(["filters"])
        let lines = all.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(all.status == 0)
        let names = lines.compactMap(\.first)
        #expect(
            names == names.sorted() && Set(names).isSuperset(of: ["access-log", "ai-cache", "key-auth", "skip-header"])
        )
        for (name, priority) in [
            ("ext-auth", "360"), ("jwt-auth", "340"), ("hmac-auth", "330"), ("basic-auth", "320"), ("key-auth", "310"),
            ("ip-restriction", "210"),
        ] {
            #expect(lines.contains { $0.starts(with: [name, "AUTHN", priority]) && $0.count > 4 }, "\(name)")
        }
        let one = try await Sluice.run(["filters", "ai-cache"])
        #expect(one.status == 0)
        for key in ["cache", "cacheKeyFrom", "cacheTTL", "serviceName", "responseTemplate", "scope"] {
            #expect(one.output.contains(key), "\(key)")
        }
        let none = try await Sluice.run(["filters", "ai-cach"])
        #expect(none.status != 0 && none.errors.contains("ai-cach"))
    }

    struct Path: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let input: String
        let output: String
        var status: Int32 = 0
        var testDescription: String { self.arguments.joined(separator: " ") }
    }

    @Test(
        "gjson evaluates a path",
        arguments: [
            Path(
                arguments: ["messages.@reverse.0.content"],
                input: #"{"messages":[{"content":"a"},{"content":"b\n\"c\""}]}"#,
                output: "b\n\"c\"\n"
            ),
            Path(arguments: ["--raw", "a"], input: #"{"a":"x\n"}"#, output: "\"x\\n\"\n"),
            Path(arguments: ["a"], input: #"{"a":[1, 2]}"#, output: "[1, 2]\n"),
            Path(arguments: ["b"], input: #"{"a":1}"#, output: "", status: 1),
            Path(arguments: ["a"], input: "", output: "", status: 1),
        ]
    )
    func gjson(_ path: Path) async throws {
        let outcome = try await Sluice.run(["gjson"] + path.arguments, input: path.input)
        #expect(outcome.status == path.status && outcome.output == path.output, "\(outcome)")
        let file = try Sluice.file(path.input, named: "document.json")
        let fromFile = try await Sluice.run(["gjson"] + path.arguments + [file])
        #expect(fromFile.status == path.status && fromFile.output == path.output, "\(fromFile)")
    }

    @Test("gjson names a file that is not there")
    func gjsonWithoutFile() async throws {
        let outcome = try await Sluice.run(["gjson", "a", "/nowhere.json"])
        #expect(outcome.status == 1 && outcome.errors.contains("/nowhere.json"))
    }

    @Test("version prints one line", arguments: ["version", "--version"])
    func version(_ argument: String) async throws {
        let outcome = try await Sluice.run([argument])
        #expect(outcome.status == 0)
        #expect(outcome.output.wholeMatch(of: /sluice \d+\.\d+\.\d+\n/) != nil, "\(outcome.output)")
    }

    @Test(
        "wrong usage is 64",
        arguments: [
            ["nonsense"], ["check"], ["run"], ["explain", "x.yaml"], ["run", "x.yaml", "--workers", "0"],
            ["run", "x.yaml", "--workers", "many"], ["check", "--nonsense", "x"],
            ["explain", "x.yaml", "--request", "a b c"], ["gjson"],
        ]
    )
    func usage(_ arguments: [String]) async throws {
        let outcome = try await Sluice.run(arguments)
        #expect(outcome.status == 64 && !outcome.errors.isEmpty, "\(outcome)")
    }
}
