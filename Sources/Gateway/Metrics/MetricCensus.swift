import FilterAPI
import FilterRuntime
import Upstream

/// All that metrics are made of, at one moment.
struct MetricCensus: Sendable {
    let registry: MetricRegistry
    let loops: [GatewayLoop.Census]
    let process: ProcessCensus
    let services: [String: ServiceStatus]
    let reloads: ReloadRecord
    /// The hash of the configuration in force.
    let hash: String

    /// Everything that `/metrics` shows, in its order.
    var families: [MetricFamily] {
        self.streamFamilies + self.listenerFamilies + self.routeFamilies + self.filterFamilies + self.serviceFamilies
            + self.endpointFamilies + self.breakerFamilies + self.configurationFamilies
            + self.tracingFamilies + self.processFamilies + self.registeredFamilies
    }

    /// What filters have registered.
    private var registeredFamilies: [MetricFamily] {
        self.registry.snapshot.map { registered in
            var family = MetricFamily(registered.name, MetricFamily.Kind(registered.kind), registered.help)
            for (labels, metric) in registered.members {
                switch metric {
                case let counter as Counter: family.add(labels: labels, .integer(counter.value))
                case let gauge as Gauge: family.add(labels: labels, .integer(gauge.value))
                case let histogram as Histogram: family.add(labels: labels, .durations(histogram.distribution))
                default: break
                }
            }
            return family
        }
    }
}

extension MetricFamily.Kind {
    fileprivate init(_ kind: MetricRegistry.Kind) {
        switch kind {
        case .counter: self = .counter
        case .gauge: self = .gauge
        case .histogram: self = .histogram
        }
    }
}
