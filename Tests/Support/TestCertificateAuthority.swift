import Foundation

/// Makes certificates for tests with the `openssl` command line, in a directory that goes when the process ends.
package struct TestCertificateAuthority: Sendable {
    /// A certificate and its key, as paths of PEM files.
    package struct Identity: Sendable {
        package let certificate: String
        package let privateKey: String
    }

    private let directory: URL
    /// The authority's own certificate; its path is what `trustRoots` takes.
    package let identity: Identity

    /// The authority that all tests of a process share.
    package static func shared() throws -> TestCertificateAuthority { try sharedResult.get() }

    private static let sharedResult = Result { try TestCertificateAuthority() }

    /// Makes a new authority.
    package init() throws {
        self.directory = try TemporaryDirectories.shared.make()
        self.identity = Identity(
            certificate: directory.appendingPathComponent("authority.pem").path,
            privateKey: directory.appendingPathComponent("authority.key").path
        )
        try TestCertificateAuthority.openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test Authority", "-out", identity.certificate]
                + TestCertificateAuthority.newKey(identity.privateKey)
        )
    }

    /// Makes a certificate that the authority signs.
    ///
    /// - Parameters:
    ///   - domains: DNS names; the first one is the common name too.
    ///   - addresses: IP addresses.
    package func issue(domains: [String], addresses: [String] = []) throws -> Identity {
        let base = directory.appendingPathComponent(UUID().uuidString).path
        let identity = Identity(certificate: base + ".pem", privateKey: base + ".key")
        let names = domains.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" }
        try "subjectAltName=\(names.joined(separator: ","))\n"
            .write(toFile: base + ".ext", atomically: true, encoding: .utf8)
        try TestCertificateAuthority.openssl(
            ["req", "-new", "-subj", "/CN=\(domains.first ?? "test")", "-out", base + ".csr"]
                + TestCertificateAuthority.newKey(identity.privateKey)
        )
        try TestCertificateAuthority.openssl([
            "x509", "-req", "-days", "2", "-in", base + ".csr", "-extfile", base + ".ext",
            "-CA", self.identity.certificate, "-CAkey", self.identity.privateKey,
            "-set_serial", "\(UInt32.random(in: 1...UInt32.max))", "-out", identity.certificate,
        ])
        return identity
    }

    private static func newKey(_ path: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        try process.runAlone()
        let text = complaints.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestCertificateError(message: String(decoding: text, as: UTF8.self))
        }
    }
}

/// What `openssl` complained about.
package struct TestCertificateError: Error, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}
