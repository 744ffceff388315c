import BundledFilters
import FilterAPI
import Foundation
import Gateway
import Logging
import TestSupport
import Testing

@Suite("Certificates that a configuration names")
struct TLSConfigurationTests {
    /// The issues of a configuration, without its file's name.
    private func issues(_ configuration: String) -> [String] {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (_, issues) = GatewayPlan.load(
            text: configuration,
            file: "tls.yaml",
            registry: FilterRegistry(bundledFilters),
            surroundings: GatewayPlan.Surroundings(logger: logger)
        )
        return issues.map(\.description)
    }

    private func file(_ text: String) throws -> String {
        let file = try TemporaryDirectories.shared.make().appendingPathComponent("file.pem")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    private func configuration(_ chain: String, _ key: String, _ extra: String = "") -> String {
        "listeners: [{ name: a, address: \":1\", tls: { certificates: [{\ncertificate: \(chain),\nprivateKey: \(key)\n}]\(extra) } }]"
    }

    @Test func filesThatCannotBeUsedAreReportedWhereTheyAreNamed() async throws {
        let good = try await TestIdentities.shared(["a.example.com"])
        let other = try await TestIdentities.shared(["b.example.com"])
        let broken = try self.file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        let chainPlace = "tls.yaml:2:14: listeners[0] \"a\": tls.certificates[0].certificate: found \"/"
        let keyPlace = "tls.yaml:3:13: listeners[0] \"a\": tls.certificates[0].privateKey: found \"/"
        let table: [(chain: String, key: String, place: String, message: String)] = [
            (
                "/no/such", good.privateKey, chainPlace,
                "expected a PEM file with a certificate, but there is no such file"
            ),
            ("/", good.privateKey, chainPlace, "expected a PEM file with a certificate, but there is no such file"),
            (
                broken, good.privateKey, chainPlace,
                "expected a PEM file with a certificate, but it holds none that can be read"
            ),
            (
                good.certificate, broken, keyPlace,
                "expected a PEM file with a private key without a passphrase, but it holds none that can be read"
            ),
            (
                good.certificate, other.privateKey, keyPlace,
                "expected the key of \(good.certificate), but it belongs to another certificate"
            ),
        ]
        for row in table {
            let found = self.issues(self.configuration(row.chain, row.key))
            #expect(found.count == 1 && found[0].hasPrefix(row.place), "\(found)")
            #expect(found.first?.hasSuffix("\"; " + row.message) == true, "\(found)")
        }
        #expect(self.issues(self.configuration(good.certificate, good.privateKey)).isEmpty)
    }

    @Test func missingAuthoritiesOfClientsAreReported() async throws {
        let good = try await TestIdentities.shared(["a.example.com"])
        let extra = ",\nclientAuthentication: { trustRoots: /no/such }"
        let found = self.issues(self.configuration(good.certificate, good.privateKey, extra))
        let place = "tls.yaml:5:37: listeners[0] \"a\": tls.clientAuthentication.trustRoots: found \"/no/such\"; "
        #expect(found == [place + "expected a PEM file with a certificate, but there is no such file"])
    }

    @Test func twoCertificatesForOneHostAreReported() async throws {
        var listener = try await TLSListener()
        try await listener.add(["a.example.com", "b.example.com"])
        try await listener.add(["*.example.com", "b.example.com"])
        let found = self.issues(listener.configuration)
        #expect(
            found.count == 1 && found.first?.contains("tls.certificates[1].certificate: found ") == true,
            "\(found)"
        )
        #expect(
            found.first?.hasSuffix("which is for b.example.com as certificates[0] is; expected one for each host")
                == true
        )
    }

    @Test func aCertificateThatIsNotValidAnyMoreIsWarnedAbout() async throws {
        let directory = try TemporaryDirectories.shared.make()
        let good = try await TestIdentities.shared(["a.example.com"])
        let old = directory.appendingPathComponent("old.pem").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["openssl", "x509", "-in", good.certificate, "-signkey", good.privateKey, "-days", "-1", "-out", old]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let found = self.issues(self.configuration(old, good.privateKey))
        #expect(found.count == 1 && found.first?.contains("warning: ") == true, "\(found)")
        #expect(found.first?.hasSuffix("which is not valid any more; clients will refuse it") == true, "\(found)")
    }
}
