import FilterAPI
import GatewayConfiguration
import Upstream

extension ConfigurationIssues {
    /// Reports files for TLS to a service that cannot be used, where they are named.
    func checkFiles(of service: ServiceConfiguration) {
        // What is missing in the file is reported already.
        guard service.usesTLS, !self.containsErrors else { return }
        for problem in ServiceDefinition(service).tls.fileErrors() {
            let reference =
                switch problem.part {
                case .trustRoots: service.tls.trustRootsReference
                case .certificate: service.tls.certificateReference
                case .privateKey: service.tls.privateKeyReference ?? service.tls.trustRootsReference
                }
            guard let reference else { continue }
            self.error(at: reference.position, reference.location, "found \(reference.shown); \(problem.message)")
        }
    }
}
