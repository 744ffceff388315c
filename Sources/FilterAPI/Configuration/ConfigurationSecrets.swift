import Synchronization

/// The places of a configuration whose values were read as secrets, so that showing it can leave them out.
public final class ConfigurationSecrets: Sendable {
    private let places = Mutex<Set<SourcePosition>>([])

    /// A collector without places.
    public init() {}

    /// Notes that the value at `position` is a secret.
    public func insert(_ position: SourcePosition) {
        places.withLock { _ = $0.insert(position) }
    }

    /// Whether the value at `position` was read as a secret.
    public func contains(_ position: SourcePosition) -> Bool {
        places.withLock { $0.contains(position) }
    }
}
