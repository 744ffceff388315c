import Synchronization

/// State that belongs to the process and not to one build of a filter, so that a reload keeps it: a cache, a file.
///
/// Asking twice with an equal key gives the same object. Used while filters are built, never on the request path.
public final class SharedFilterState: Sendable {
    /// Whether streams are to be served. `false` while a configuration is only looked at, as `sluice check` does: objects
    /// then leave files of the filter's own alone.
    public let isServing: Bool
    private let objects = Mutex<[String: any AnyObject & Sendable]>([:])

    /// Makes an empty store.
    ///
    /// - Parameter isServing: Whether streams are to be served; default `true`.
    public init(isServing: Bool = true) { self.isServing = isServing }

    /// The object of that key, made by `make` the first time.
    ///
    /// - Parameters:
    ///   - key: Names the object; begin it with the filter's name. Include what makes two objects different.
    ///   - make: Makes the object; called at most once for a key unless it throws.
    /// - Returns: The object. If an object of another type has the key, a new object that is not kept.
    public func object<Object: AnyObject & Sendable>(
        _ key: String,
        make: () throws -> Object
    ) rethrows -> Object {
        if let known = self.objects.withLock({ $0[key] }) as? Object { return known }
        let made = try make()
        return self.objects.withLock { objects in
            if let known = objects[key] as? Object { return known }
            if objects[key] == nil { objects[key] = made }
            return made
        }
    }

    /// Has every ``LogDestination`` among the objects opened anew.
    package func reopenAll() {
        for destination in self.destinations { destination.reopen() }
    }

    /// Has every ``SavedState`` among the objects saved, side by side, then every ``LogDestination`` write what waits.
    package func flushAll() async {
        await withDiscardingTaskGroup { group in
            for state in self.savedStates { group.addTask { await state.save() } }
        }
        for destination in self.destinations { await destination.flush() }
    }

    private var savedStates: [any SavedState] {
        self.objects.withLock { $0.values.compactMap { $0 as? any SavedState } }
    }

    /// The ``AdminEndpoint`` among the objects that a path belongs to.
    package func adminEndpoint(for path: String) -> (any AdminEndpoint)? {
        let endpoints = self.objects.withLock { $0.values.compactMap { $0 as? any AdminEndpoint } }
        return endpoints.first { path.hasPrefix($0.adminPath) }
    }

    private var destinations: [any LogDestination] {
        self.objects.withLock { $0.values.compactMap { $0 as? any LogDestination } }
    }
}
