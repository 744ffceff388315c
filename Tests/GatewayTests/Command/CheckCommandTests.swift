import Foundation
import TestSupport
import Testing

@Suite("sluice check")
struct CheckCommandTests {
    private static let sound = """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: llm, type: static, domain: "127.0.0.1:9" }, { name: my-redis, type: dns, domain: localhost, port: 6379 }]
        routes: [{ name: all, service: llm.static }]
        filters: [{ filter: access-log }]
        """

    @Test("says that a sound file is sound")
    func sound() async throws {
        let path = try Sluice.file(
            Self.sound.replacing(", { name: my-redis, type: dns, domain: localhost, port: 6379 }", with: "")
        )
        let outcome = try await Sluice.run(["check", path])
        #expect(outcome.status == 0 && outcome.output == "\(path): ok\n" && outcome.errors == "", "\(outcome)")
    }

    @Test("leaves snapshots alone, damaged ones too", arguments: ["check", "explain"])
    func snapshots(_ command: String) async throws {
        let folder = try TemporaryDirectories.shared.make()
        let snapshot = folder.appendingPathComponent("answers")
        try Data("not a snapshot".utf8).write(to: snapshot)
        let filter =
            "{ filter: ai-cache, config: { cache: { type: memory, path: \(snapshot.path) }, embedding: { type: ngram }, "
            + "vector: { type: memory, path: \(snapshot.path).vectors, threshold: 0.9, thresholdRelation: gt } } }"
        let path = try Sluice.file(Self.sound.replacing("{ filter: access-log }", with: filter))
        let request = command == "explain" ? ["--request", "GET http://a/"] : []
        #expect(try await Sluice.run([command, path] + request).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["answers"])
    }

    @Test("takes the examples as they stand", arguments: ["ai-cache/gateway.yaml", "hello-gateway/gateway.yaml"])
    func examples(_ name: String) async throws {
        let path = Tools.root.appendingPathComponent("examples").appendingPathComponent(name).path
        let outcome = try await Sluice.run(["check", path])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test("names files for TLS to a service that cannot be used", arguments: ["check", "run"])
    func serviceFiles(_ command: String) async throws {
        let path = try Sluice.file(
            """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services:
              - { name: llm, type: static, domain: "127.0.0.1:9", protocol: https, tls: { trustRoots: /no/such.pem } }
            routes: [{ name: all, service: llm.static }]
            """
        )
        let outcome = try await Sluice.run([command, path])
        #expect(outcome.status == 1)
        let place = "\(path):3:91: services[0] \"llm\": tls.trustRoots: found \"/no/such.pem\"; expected a PEM file"
        #expect(outcome.errors.contains(place), "\(outcome.errors)")
    }

    @Test("takes the example for deploying with a token, and not without one")
    func deployment() async throws {
        let path = Tools.root.appendingPathComponent("examples/deploy/gateway.yaml").path
        let token = ["ADMIN_TOKEN": "0123456789abcdef"]
        let whole = try await Sluice.run(["check", path], environment: token)
        #expect(whole.status == 0 && whole.errors.isEmpty, "\(whole.errors)")
        let without = try await Sluice.run(["check", path])
        #expect(without.status == 1)
        #expect((without.output + without.errors).contains("ADMIN_TOKEN is not set"))
    }

    @Test("names every mistake of a file at its line and column", arguments: ["check", "run"])
    func mistakes(_ command: String) async throws {
        // Each § stands before a mistake.
        let marked = """
            listeners:
              - name: http
                address: §nonsense
                §adress: 127.0.0.1:0
            limits:
              requestHeadTimeout: §soon
              headerFields: §0
            services:
              - { name: llm, type: static, domain: §"not an address" }
              - { name: llm2, type: §dynamic, domain: a }
            routes:
              - name: all
                service: §lmm.static
              - name: all2
                service: llm.static
                timeout: §[1]
                filters: { §nobody: { disabled: true } }
            filters:
              - filter: §acess-log
              - filter: key-auth
                config: { §keyz: [a], consumers: [{ name: a, credential: k }], keys: [x] }

            """
        let lines = marked.components(separatedBy: "\n")
        let expected = lines.enumerated().compactMap { number, line in
            line.firstIndex(of: "§").map { "\(number + 1):\(line.distance(from: line.startIndex, to: $0) + 1):" }
        }
        let path = try Sluice.file(marked.replacingOccurrences(of: "§", with: ""))
        let outcome = try await Sluice.run([command, path])
        let reported = outcome.errors.split(separator: "\n").map(String.init)
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        for place in expected {
            #expect(reported.count { $0.hasPrefix("\(path):\(place) ") } == 1, "\(place) in\n\(outcome.errors)")
        }
        #expect(reported.count == expected.count, "\(outcome.errors)")
        #expect(reported.contains { $0.contains(#""access-log""#) && $0.contains("did you mean") })
        #expect(reported.contains { $0.contains(#""llm.static""#) })
    }

    @Test(
        "refuses a service without its suffix as a bad argument and names the one that was meant",
        arguments: ["my-redis", "my-redis.static", "my-rediss.dns"]
    )
    func badArgument(_ name: String) async throws {
        let path = try Sluice.file(
            Self.sound.replacing(
                "filter: access-log",
                with: "filter: ai-cache, config: { cache: { type: redis, serviceName: \(name) } }"
            )
        )
        let outcome = try await Sluice.run(["check", path])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("bad argument") && outcome.errors.contains("my-redis.dns"), "\(outcome.errors)")
    }

    @Test("names a file that is not there", arguments: ["check", "run"])
    func missingFile(_ command: String) async throws {
        let outcome = try await Sluice.run([command, "/nowhere/gateway.yaml"])
        #expect(outcome.status == 1 && outcome.errors.contains("/nowhere/gateway.yaml"))
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("leaves the exit code 0 for warnings")
    func warnings() async throws {
        let text = Self.sound.replacing(
            "[{ filter: access-log }]",
            with: "[{ filter: skip-header, name: a }, { filter: skip-header, name: b }]"
        )
        let outcome = try await Sluice.run(["check", try Sluice.file(text)])
        #expect(outcome.status == 0 && outcome.errors.contains("warning"), "\(outcome)")
    }

    @Test("reads values from the environment and never shows them")
    func environment() async throws {
        let text = Self.sound.replacing(
            "filter: access-log",
            with:
                "filter: key-auth, config: { keys: [x], consumers: [{ name: a, credential: \"${TEST_KEY}\" }, { name: b, credential: \"${TEST_KEY}\" }] }"
        )
        let path = try Sluice.file(text)
        let twice = try await Sluice.run(["check", path], environment: ["TEST_KEY": "s3cret"])
        #expect(twice.status == 1 && !twice.errors.contains("s3cret"), "\(twice.errors)")
        let missing = try await Sluice.run(["check", path])
        #expect(missing.status == 1 && missing.errors.contains("TEST_KEY") && missing.errors.contains("\(path):4:"))
    }
}
