import Foundation
import TestSupport

/// A configuration with one secured listener, and the certificates that it names.
struct TLSListener {
    typealias Identity = TestCertificateAuthority.Identity

    /// Whom clients trust, and who makes their certificates.
    let authority: TestCertificateAuthority
    /// The lines of `tls.certificates`.
    private var certificates: [String] = []
    /// Further lines of `tls`.
    var settings = ""
    /// Further lines of the listener.
    var extra = ""
    /// Further lines of the file.
    var rest = ""

    init() async throws {
        // The first one makes the authority too.
        _ = try await TestIdentities.shared(["client.example.com"])
        self.authority = try TestCertificateAuthority.shared()
    }

    /// Adds a certificate for these names.
    ///
    /// - Parameters:
    ///   - names: What the certificate names.
    ///   - domains: What the configuration says that it is for; `nil` for nothing.
    ///   - extra: Further keys.
    ///   - isFresh: Whether the test changes the files.
    @discardableResult
    mutating func add(
        _ names: [String],
        domains: [String]? = nil,
        extra: String = "",
        isFresh: Bool = false
    ) async throws -> Identity {
        let identity = try await isFresh ? TestIdentities.fresh(names) : TestIdentities.shared(names)
        self.add(identity, domains: domains, extra: extra)
        return identity
    }

    /// Adds a certificate that is there already.
    mutating func add(_ identity: Identity, domains: [String]? = nil, extra: String = "") {
        let list = domains.map { ", domains: [\($0.map { "\"\($0)\"" }.joined(separator: ", "))]" } ?? ""
        self.certificates.append(
            "        - { certificate: \"\(identity.certificate)\", privateKey: \"\(identity.privateKey)\"\(list)\(extra) }"
        )
    }

    /// The file: every request is answered with its scheme and host.
    var configuration: String {
        """
        \(self.listeners)
        routes:
          - { name: all, response: { status: 200, body: "served\\n" } }
        \(self.rest)
        """
    }

    /// The lines of `listeners`.
    var listeners: String {
        """
        listeners:
          - name: https
            address: "127.0.0.1:0"
            \(self.extra)
            tls:
              \(self.settings)
              certificates:
        \(self.certificates.joined(separator: "\n"))
        """
    }

    /// Lines that ask clients for certificates of the authority.
    func asking(required: Bool) -> String {
        "clientAuthentication: { trustRoots: \"\(self.authority.identity.certificate)\", required: \(required) }"
    }
}
