import Synchronization

/// The counters, gauges and histograms of the process.
///
/// Registering the same name with the same labels again gives the same metric, so that a reload keeps its value.
public final class MetricRegistry: Sendable {
    package struct Family: Sendable {
        package let name: String
        package let help: String
        package let kind: Kind
        package var members: [(labels: String, metric: any Metric)]
    }

    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    private let families = Mutex<[String: Family]>([:])

    /// Makes an empty registry.
    public init() {}

    /// A value that only grows.
    ///
    /// - Parameters:
    ///   - name: Name without the prefix `sluice_`, ending in `_total`.
    ///   - help: One sentence.
    ///   - labels: Label names and values; keep their number small and never take them from requests.
    public func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        self.metric(name, help, .counter, labels) { Counter() }
    }

    /// A value that goes up and down.
    public func gauge(_ name: String, _ help: String, labels: [(String, String)] = []) -> Gauge {
        self.metric(name, help, .gauge, labels) { Gauge() }
    }

    /// A distribution of durations in seconds.
    ///
    /// - Parameters:
    ///   - name: Name without the prefix, ending in `_seconds`.
    ///   - help: One sentence.
    ///   - labels: Label names and values.
    public func histogram(_ name: String, _ help: String, labels: [(String, String)] = []) -> Histogram {
        self.metric(name, help, .histogram, labels) { Histogram() }
    }

    /// All families by name.
    package var snapshot: [Family] {
        self.families.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    private func metric<M: Metric>(
        _ name: String,
        _ help: String,
        _ kind: Kind,
        _ labels: [(String, String)],
        make: () -> M
    ) -> M {
        let name = "sluice_" + name
        let labels = labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
        return self.families.withLock { families in
            var family = families[name] ?? Family(name: name, help: help, kind: kind, members: [])
            if let known = family.members.first(where: { $0.labels == labels })?.metric as? M { return known }
            let made = make()
            if family.kind == kind { family.members.append((labels, made)) }
            families[name] = family
            return made
        }
    }

    private func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
