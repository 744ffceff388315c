import Foundation
import TestSupport
import Testing

@Suite("Services on nghttpd", .serialized)
struct NghttpdTests {
    private func run(
        _ options: [String],
        _ service: String,
        _ body: (GatewayFixture, _ file: String) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectories.shared.make()
        try Data(repeating: 97, count: 700_000).write(to: directory.appendingPathComponent("large"))
        let port = try FreePort.find()
        let server = try ChildProcess.start(
            "/usr/bin/env",
            ["nghttpd", "-d", directory.path, "--echo-upload", "--address=127.0.0.1"] + options
                + ["\(port)"] + (options.contains("--no-tls") ? [] : try await self.certificate())
        )
        let isUp = await eventually { (try? await RawClient.connect(port: port).close()) != nil || server.hasExited }
        try #require(isUp && !server.hasExited, "nghttpd does not run; Tests/run installs it: \(server.errors)")
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "127.0.0.1:\(port)", \(service) }]
            routes: [{ name: all, service: up.static }]
            """
        try await GatewayFixture.run(configuration) {
            try await body($0, directory.appendingPathComponent("large").path)
        }
        server.signal(15)
    }

    private func certificate() async throws -> [String] {
        let identity = try await TestIdentities.shared(["localhost"])
        return [identity.privateKey, identity.certificate]
    }

    @Test("echo what HTTP/1 and HTTP/2 clients send", arguments: ["--http1.1", "--http2-prior-knowledge"])
    func echo(_ version: String) async throws {
        try await self.run(["--no-tls"], "protocol: http2") { gateway, file in
            try await self.expectEcho(version, gateway, file)
        }
    }

    @Test("over TLS")
    func secured() async throws {
        let roots = try TestCertificateAuthority.shared().identity.certificate
        let service = "protocol: http2, sni: localhost, tls: { trustRoots: \(roots) }"
        try await self.run([], service) { gateway, file in
            try await self.expectEcho("--http2-prior-knowledge", gateway, file)
        }
    }

    private func expectEcho(_ version: String, _ gateway: GatewayFixture, _ file: String) async throws {
        for arguments in [["--data-binary", "@\(file)"], []] {
            let outcome = try await ChildProcess.run(
                "/usr/bin/env",
                ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{size_download}\n", version]
                    + arguments + ["http://127.0.0.1:\(gateway.port)/large"]
            )
            #expect(outcome.output == "200 700000\n", "\(arguments) \(outcome.output) \(outcome.errors)")
        }
    }
}
