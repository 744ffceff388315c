import FilterAPI
import Synchronization

/// The services of a test by name; one that nobody asked for before is made on the spot.
final class ScriptedServices: Sendable {
    private struct State {
        var services: [String: TestService] = [:]
        var redis: [String: TestRedis] = [:]
        var fallback: TestService.Script?
    }

    private let state = Mutex(State())

    func service(_ name: String) -> TestService {
        self.state.withLock { state in
            if let service = state.services[name] { return service }
            let service = TestService(name, script: state.fallback)
            state.services[name] = service
            return service
        }
    }

    /// What services answer that have no script of their own and that nobody asked for before.
    func answerAll(_ script: @escaping TestService.Script) {
        self.state.withLock { $0.fallback = script }
    }

    func redis(_ name: String) -> TestRedis {
        self.state.withLock { state in
            if let server = state.redis[name] { return server }
            let server = TestRedis(name)
            state.redis[name] = server
            return server
        }
    }
}

/// The services that a filter's configuration may name in a test.
struct ScriptedServiceLookup: ServiceLookup {
    /// The names; `nil` for every name with a type suffix.
    let names: [String]?

    func service(_ name: String, port: Int?) -> Result<ServiceReference, ServiceLookupError> {
        if name.hasSuffix(".svc.cluster.local") {
            guard let port else { return self.failure(.missingPort, "\(quoted(name)) needs a port") }
            return .success(ServiceReference(name: name, port: port, host: name))
        }
        guard name.hasSuffix(".static") || name.hasSuffix(".dns") else {
            return self.failure(.unknownName, "\(quoted(name)) has no service type suffix (.static or .dns)")
        }
        if let names = self.names, !names.contains(name) {
            return self.failure(.unknownName, "no service \(quoted(name)) is declared\(hint(for: name, among: names))")
        }
        // A static service has the logical port 80; the port of a DNS service is what its declaration would say.
        let own = name.hasSuffix(".static") ? 80 : port ?? 80
        guard port == nil || port == own else {
            let found = "the port is \(port ?? 0), but \(quoted(name)) has port \(own)"
            return self.failure(.wrongPort, "\(found); leave the port out or write \(own)")
        }
        return .success(ServiceReference(name: name, port: own, host: name))
    }

    private func failure(
        _ code: ServiceLookupError.Code,
        _ message: String
    ) -> Result<ServiceReference, ServiceLookupError> {
        .failure(ServiceLookupError(code, "bad argument: \(message)"))
    }
}
