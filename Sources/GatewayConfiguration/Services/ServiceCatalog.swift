package import FilterAPI

/// The declared services by their addresses.
package struct ServiceCatalog: Sendable {
    private let services: [String: ServiceConfiguration]
    /// The addresses that messages may show: those with a name from the environment are left out.
    private let addresses: [String]

    /// A catalog of `services`; of two with one address the first counts.
    package init(_ services: [ServiceConfiguration]) {
        addresses = services.filter { $0.nameReference?.isSubstituted != true }.map(\.address)
        self.services = Dictionary(services.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The declared service of that address.
    package subscript(address: String) -> ServiceConfiguration? { services[address] }

    /// Whether `name` is resolved by DNS without a declaration: the name of a Kubernetes service.
    package static func needsNoDeclaration(_ name: String) -> Bool {
        let suffix = ".svc.cluster.local"
        return name.hasSuffix(suffix) && name.dropLast(suffix.count).split(separator: ".").count >= 2
    }
}

extension ServiceCatalog: ServiceLookup {
    /// The service of that address; a port beside the name has to be the service's own.
    package func service(_ name: String, port: Int?) -> Result<ServiceReference, ServiceLookupError> {
        if ServiceCatalog.needsNoDeclaration(name) {
            guard let port else {
                return failure(.missingPort, "\(quoted(name)) needs a port, for it is declared nowhere")
            }
            return .success(ServiceReference(name: name, port: port, host: name))
        }
        guard let service = services[name] else { return failure(.unknownName, unknown(name)) }
        guard port == nil || port == service.port else { return failure(.wrongPort, wrong(port ?? 0, service)) }
        let host = service.domains.first ?? service.endpoints.first?.description ?? name
        return .success(ServiceReference(name: name, port: service.port, host: host))
    }

    private func failure(
        _ code: ServiceLookupError.Code,
        _ message: String
    ) -> Result<ServiceReference, ServiceLookupError> {
        .failure(ServiceLookupError(code, "bad argument: \(message)"))
    }

    private func wrong(_ port: Int, _ service: ServiceConfiguration) -> String {
        let reason = service.source == .static ? " (the logical port of every static service)" : ""
        let found = "the port is \(port), but \(quoted(service.address)) has port \(service.port)\(reason)"
        return "\(found); leave the port out or write \(service.port)"
    }

    private func unknown(_ name: String) -> String {
        let suffixes = ServiceConfiguration.Source.allCases.map { ".\($0.rawValue)" }
        let hasSuffix = suffixes.contains(where: name.hasSuffix)
        let stem = hasSuffix ? String(name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex)) : name
        let found = hasSuffix ? "no service \(quoted(name)) is declared" : "\(quoted(name)) has no service type suffix"
        if let declared = suffixes.lazy.map({ stem + $0 }).first(where: { addresses.contains($0) }) {
            return "\(found); did you mean \(quoted(declared))?"
        }
        let hint = hint(for: name, among: addresses)
        if !hint.isEmpty { return found + hint }
        let suffix = hasSuffix ? "" : " (.static or .dns)"
        let declared = addresses.prefix(10).joined(separator: ", ") + (addresses.count > 10 ? ", ..." : "")
        if services.isEmpty { return found + suffix + "; no services are declared" }
        return found + suffix + (addresses.isEmpty ? "" : "; declared services: \(declared)")
    }
}
