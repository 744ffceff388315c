extension ConfigurationFields {
    /// A service by name, with an optional port and host beside it, checked against the declared services.
    ///
    /// The port may be left out; if given it must equal the service's own (80 for `.static`).
    ///
    /// - Parameters:
    ///   - nameKey: the key of the service's address, such as `my-redis.static`.
    ///   - portKey: the key of the port, or nil when there is none.
    ///   - hostKey: the key of the host that goes into `Host`, or nil when there is none.
    ///   - defaultPort: the port of a name that needs no declaration (`x.ns.svc.cluster.local`) and has no port.
    ///   - isRequired: whether the name has to be given.
    ///   - help: what the service is used for, in one line.
    /// - Returns: nil when the name is absent or wrong.
    public func service(
        _ nameKey: String = "serviceName",
        port portKey: String? = "servicePort",
        host hostKey: String? = nil,
        defaultPort: Int? = nil,
        isRequired: Bool = true,
        help: String
    ) -> ServiceReference? {
        let name = serviceName(nameKey, isRequired: isRequired, help: help)
        let port = portKey.flatMap {
            integer($0, in: 1...65535, help: "The service's port; if given it must equal the declared one.")
        }
        let host = hostKey.flatMap { string($0, help: "The Host that is sent to the service.") }
        guard let name else { return nil }
        switch lookUp(name, port: port, defaultPort: defaultPort) {
        case .success(let found):
            return ServiceReference(name: found.name, port: found.port, host: host ?? found.host)
        case .failure(let failure):
            let key = failure.code == .wrongPort ? portKey ?? nameKey : nameKey
            // A name that came from the environment stays out of the message.
            let shown = value(of: nameKey)?.shown ?? quoted(name)
            error(at: key, failure.message.replacing(quoted(name), with: shown))
            return nil
        }
    }

    private func serviceName(_ key: String, isRequired: Bool, help: String) -> String? {
        if !isRequired { return string(key, help: help) }
        let name = requiredString(key, help: help)
        return name.isEmpty ? nil : name
    }

    private func lookUp(
        _ name: String,
        port: Int?,
        defaultPort: Int?
    ) -> Result<ServiceReference, ServiceLookupError> {
        guard let services = context.services else {
            return .success(ServiceReference(name: name, port: port ?? defaultPort ?? 80, host: name))
        }
        let result = services.service(name, port: port)
        if case .failure(let failure) = result, failure.code == .missingPort, let defaultPort {
            return services.service(name, port: defaultPort)
        }
        return result
    }
}
