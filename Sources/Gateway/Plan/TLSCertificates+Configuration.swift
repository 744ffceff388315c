import Downstream
import FilterAPI
import Foundation
import GatewayConfiguration

extension TLSCertificates {
    /// The certificates of a listener; `nil` for clear text, or when a file cannot be used, which is reported.
    static func load(_ listener: ListenerConfiguration, _ issues: ConfigurationIssues) -> TLSCertificates? {
        // What is missing in the file is reported already.
        guard let tls = listener.tls, !tls.certificates.isEmpty, !issues.containsErrors else { return nil }
        do throws(TLSCertificatesError) {
            let certificates = try TLSCertificates(TLSSettings(tls, ListenerProtocols(listener.protocols)))
            issues.check(certificates, tls)
            return certificates
        } catch {
            for problem in error.problems where tls.certificates.indices.contains(problem.certificate) {
                issues.report(problem.error, tls, tls.certificates[problem.certificate])
            }
            return nil
        }
    }
}

extension TLSSettings {
    fileprivate init(_ tls: ListenerTLSConfiguration, _ protocols: ListenerProtocols) {
        let certificates = tls.certificates.map { item in
            Certificate(
                chain: item.certificate,
                privateKey: item.privateKey,
                domains: item.domains,
                clientAuthentication: (item.clientAuthentication ?? tls.clientAuthentication).map {
                    ClientAuthentication(trustRoots: $0.trustRoots, isRequired: $0.required)
                }
            )
        }
        let minimumVersion: MinimumVersion = tls.minimumVersion == .tls13 ? .tls13 : .tls12
        self.init(certificates: certificates, minimumVersion: minimumVersion, protocols: protocols)
    }
}

extension ListenerProtocols {
    init(_ protocols: Set<ListenerConfiguration.HTTPProtocol>) {
        self = []
        if protocols.contains(.http1) { self.insert(.http1) }
        if protocols.contains(.http2) { self.insert(.http2) }
    }
}

extension ConfigurationIssues {
    /// Reports a file where it is named.
    fileprivate func report(
        _ problem: TLSFileError,
        _ tls: ListenerTLSConfiguration,
        _ item: ListenerCertificateConfiguration
    ) {
        let reference =
            switch problem.part {
            case .chain: item.certificateReference
            case .privateKey: item.privateKeyReference
            case .trustRoots: (item.clientAuthentication ?? tls.clientAuthentication)?.trustRootsReference
            }
        guard let reference else { return }
        let isKnown = self.all.contains { $0.position == reference.position }
        if !isKnown {
            self.error(at: reference.position, reference.location, "found \(reference.shown); \(problem.message)")
        }
    }

    /// Looks at what the files hold: hosts without a certificate of their own, and certificates that nobody accepts.
    fileprivate func check(_ certificates: TLSCertificates, _ tls: ListenerTLSConfiguration) {
        var owners: [String: Int] = [:]
        let now = Int(Date().timeIntervalSince1970)
        for (index, item) in tls.certificates.enumerated() {
            guard let reference = item.certificateReference else { continue }
            let names = certificates.names[index]
            if names.isEmpty, index > 0 {
                let message = "found \(reference.shown), which names no host; expected \"domains\" beside it"
                self.error(at: reference.position, reference.location, message)
            }
            for name in Set(names).sorted() {
                if let owner = owners[name] {
                    let message = "found \(reference.shown), which is for \(name) as certificates[\(owner)] is"
                    self.error(at: reference.position, reference.location, message + "; expected one for each host")
                } else {
                    owners[name] = index
                }
            }
            if certificates.expiries[index] < now {
                let message = "found \(reference.shown), which is not valid any more; clients will refuse it"
                self.warning(at: reference.position, reference.location, message)
            }
        }
    }
}
