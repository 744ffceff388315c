package import Logging
package import NIOCore
import Synchronization

/// Makes the process's services; what event loops share is here.
package final class ServiceRegistry: Sendable {
    private let resolver: any AddressResolver
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let descriptorCeiling: Int
    private let onDemand = Mutex<[ServiceDefinition: InUse]>([:])

    /// A service for as long as some event loop has a client of it.
    private struct InUse: Sendable {
        weak var service: Service?
    }

    /// - Parameters:
    ///   - resolver: Finds addresses.
    ///   - eventLoop: Runs the timers of refreshing; any loop of the process.
    ///   - logger: Hears of names that cannot be resolved.
    ///   - descriptorCeiling: A connection whose file descriptor has this number or a higher one is not made; default any
    ///     that the system gives.
    package init(
        resolver: any AddressResolver,
        eventLoop: any EventLoop,
        logger: Logger,
        descriptorCeiling: Int = .max
    ) {
        self.resolver = resolver
        self.eventLoop = eventLoop
        self.logger = logger
        self.descriptorCeiling = descriptorCeiling
    }

    /// The services of a snapshot; those of `previous` that did not change are taken over as they are.
    ///
    /// Reads certificate files: not for an event loop.
    ///
    /// - Throws: ``ServiceSetError`` with everything that is wrong.
    package func services(
        _ definitions: [ServiceDefinition],
        reusing previous: ServiceSet? = nil
    ) throws -> ServiceSet {
        var services: [Service] = []
        var failures: [ServiceSetError.Failure] = []
        for definition in definitions {
            do {
                services.append(try service(definition, reusing: previous))
            } catch {
                failures.append(ServiceSetError.Failure(service: definition.name, message: "\(error)"))
            }
        }
        guard failures.isEmpty else { throw ServiceSetError(failures: failures) }
        return ServiceSet(services)
    }

    private func service(_ definition: ServiceDefinition, reusing previous: ServiceSet?) throws -> Service {
        let known = previous?.byName[definition.name]
        if let known, known.isCurrent(for: definition) { return known }
        // Addresses that are known stay known, whatever else changes: nobody waits for them, or misses them.
        let feed = known.flatMap { service -> EndpointFeed? in
            service.definition.hasEqualEndpoints(to: definition) ? service.endpoints : nil
        }
        return try Service(
            definition,
            endpoints: feed ?? self.feed(for: definition),
            standings: standings(for: definition, after: known),
            descriptorCeiling: descriptorCeiling
        )
    }

    /// What is known of endpoints holds on while the rules are the same, whatever else changes.
    private func standings(for definition: ServiceDefinition, after known: Service?) -> EndpointStandings? {
        guard definition.healthCheck != nil || definition.outlierDetection != nil else { return nil }
        let previous = known.flatMap { $0.definition.hasEqualRules(to: definition) ? $0.standings : nil }
        return EndpointStandings(definition, eventLoop: eventLoop, logger: logger, continuing: previous)
    }

    /// The service of a Kubernetes name; the same one for every event loop that uses it.
    func kubernetesService(_ name: String, port: Int) -> Service {
        let definition = ServiceDefinition(kubernetesName: name, port: port)
        return onDemand.withLock { services in
            if let service = services[definition]?.service { return service }
            services = services.filter { $0.value.service != nil }
            let service = Service(
                clearText: definition,
                endpoints: feed(for: definition),
                descriptorCeiling: descriptorCeiling
            )
            services[definition] = InUse(service: service)
            return service
        }
    }

    private func feed(for definition: ServiceDefinition) -> EndpointFeed {
        EndpointFeed(
            definition.source,
            weights: definition.weights,
            priorities: definition.priorities,
            resolver: resolver,
            eventLoop: eventLoop,
            logger: logger,
            service: definition.name
        )
    }
}
