package import FilterAPI
package import NIOCore

/// Everything upstream of one event loop: a client for each service.
package final class UpstreamLoop {
    package let eventLoop: any EventLoop
    private let registry: ServiceRegistry
    private var clients: [String: ServiceClient] = [:]
    /// Clients of Kubernetes names, by `name:port`.
    private var undeclared: [String: ServiceClient] = [:]
    /// Those of them that routes name.
    private var routed: Set<String> = []
    /// Those of them that filters have called since the last change, and before it.
    private var called: (now: Set<String>, before: Set<String>) = ([], [])

    /// - Parameters:
    ///   - eventLoop: The current event loop; everything here stays on it.
    ///   - services: The services of the first snapshot.
    ///   - registry: Makes services that need no declaration.
    package init(eventLoop: any EventLoop, services: ServiceSet, registry: ServiceRegistry) {
        self.eventLoop = eventLoop
        self.registry = registry
        update(to: services)
    }

    /// The client of a declared service, to be kept by whoever sends requests: looked up once, not for each request.
    package func client(for name: String) -> ServiceClient? {
        clients[name]
    }

    /// The client of a service that a filter names, Kubernetes names included.
    package func client(for reference: ServiceReference) -> ServiceClient? {
        if let client = clients[reference.name] { return client }
        guard ServiceDefinition.needsNoDeclaration(reference.name) else { return nil }
        let key = UpstreamLoop.key(reference)
        called.now.insert(key)
        return undeclaredClient(reference, key)
    }

    /// The client of a service that a route names, Kubernetes names included.
    package func client(forRouteTo reference: ServiceReference) -> ServiceClient? {
        if let client = clients[reference.name] { return client }
        guard ServiceDefinition.needsNoDeclaration(reference.name) else { return nil }
        let key = UpstreamLoop.key(reference)
        routed.insert(key)
        return undeclaredClient(reference, key)
    }

    private static func key(_ reference: ServiceReference) -> String { "\(reference.name):\(reference.port)" }

    private func undeclaredClient(_ reference: ServiceReference, _ key: String) -> ServiceClient {
        if let client = undeclared[key] { return client }
        let service = registry.kubernetesService(reference.name, port: reference.port)
        let client = ServiceClient(service, eventLoop: eventLoop)
        undeclared[key] = client
        return client
    }

    /// Goes over to the services of another snapshot; those that did not change keep their clients and connections.
    ///
    /// Whoever still holds the client of a service that is gone can use it; its connections are closed after use. What
    /// the new snapshot's routes name has to be looked up before ``closeUnused()``.
    package func update(to services: ServiceSet) {
        routed = []
        called = ([], called.now)
        var kept: [String: ServiceClient] = [:]
        for (name, service) in services.byName {
            if let client = clients[name], client.service === service {
                kept[name] = client
            } else {
                kept[name] = ServiceClient(service, eventLoop: eventLoop)
            }
        }
        let previous = clients
        clients = kept
        for (name, client) in previous where kept[name] !== client { _ = client.close() }
    }

    /// Lets go of the clients of Kubernetes names that no route names and no filter has called since the change before
    /// the last.
    package func closeUnused() {
        let used = routed.union(called.now).union(called.before)
        for (key, client) in undeclared where !used.contains(key) {
            undeclared[key] = nil
            _ = client.close()
        }
    }

    /// The clients of the declared services, by name.
    var declared: [String: ServiceClient] { clients }

    /// The counters of every service, by name.
    package var counters: [String: ServiceCounters] {
        var counters = clients.mapValues(\.counters)
        for client in undeclared.values {
            let name = client.definition.name
            counters[name] = (counters[name] ?? ServiceCounters()) + client.counters
        }
        return counters
    }

    /// Closes idle connections; requests that run end as they would.
    ///
    /// - Returns: a future that succeeds when the idle ones are closed.
    package func close() -> EventLoopFuture<Void> {
        let closing = (Array(clients.values) + Array(undeclared.values)).map { $0.close() }
        return EventLoopFuture.andAllComplete(closing, on: eventLoop)
    }
}
