import Synchronization

/// State that belongs to the process and not to one build of a filter, so that a reload keeps it: a cache, a file.
///
/// Asking twice with an equal key gives the same object. Used while filters are built, never on the request path. An
/// object is kept for as long as the configuration in force has a filter that asked for it; then it is saved and
/// forgotten.
public final class SharedFilterState: Sendable {
    /// Whether streams are to be served. `false` while a configuration is only looked at, as `sluice check` does: objects
    /// then leave files of the filter's own alone.
    public let isServing: Bool
    private let store: Store
    /// What one build of a filter has asked for.
    private let build = Mutex(Build())

    private final class Store: Sendable {
        let objects = Mutex<[String: any AnyObject & Sendable]>([:])
    }

    private struct Build {
        var keys: Set<String> = []
        var actions: [@Sendable () -> Void] = []
    }

    /// Makes an empty store.
    ///
    /// - Parameter isServing: Whether streams are to be served; default `true`.
    public convenience init(isServing: Bool = true) { self.init(Store(), isServing: isServing) }

    private init(_ store: Store, isServing: Bool) {
        self.store = store
        self.isServing = isServing
    }

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
        self.build.withLock { _ = $0.keys.insert(key) }
        if let known = self.store.objects.withLock({ $0[key] }) as? Object { return known }
        let made = try make()
        return self.store.objects.withLock { objects in
            if let known = objects[key] as? Object { return known }
            if objects[key] == nil { objects[key] = made }
            return made
        }
    }

    /// Has something done once the configuration that the filter is built for is in force: a change to an object that
    /// the configuration before uses too. It is not done when that configuration is refused, or only checked.
    public func whenInForce(_ action: @escaping @Sendable () -> Void) {
        self.build.withLock { $0.actions.append(action) }
    }
}

// What builds filters and puts them in force.
extension SharedFilterState {
    /// The same state for one build of a filter, which remembers what that asks for.
    package func forBuild() -> SharedFilterState { SharedFilterState(self.store, isServing: self.isServing) }

    /// The keys of all objects that were asked for here.
    package var keys: Set<String> { self.build.withLock { $0.keys } }

    /// Does once what waits for the configuration to be in force.
    package func nowInForce() {
        let actions = self.build.withLock { build in
            defer { build.actions = [] }
            return build.actions
        }
        for action in actions { action() }
    }

    /// Forgets the objects of all other keys: each ``SavedState`` among them is saved before, each ``LogDestination``
    /// writes what waits.
    package func forget(except keys: Set<String>) async {
        let unused = self.store.objects.withLock { objects in
            let unused = objects.filter { !keys.contains($0.key) }
            for key in unused.keys { objects[key] = nil }
            return unused.values.map { $0 }
        }
        for state in unused { await (state as? any SavedState)?.save() }
        for state in unused { await (state as? any LogDestination)?.flush() }
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

    /// The ``AdminEndpoint`` among the objects that a path belongs to.
    package func adminEndpoint(for path: String) -> (any AdminEndpoint)? {
        let endpoints = self.store.objects.withLock { $0.values.compactMap { $0 as? any AdminEndpoint } }
        return endpoints.first { path.hasPrefix($0.adminPath) }
    }

    private var savedStates: [any SavedState] {
        self.store.objects.withLock { $0.values.compactMap { $0 as? any SavedState } }
    }

    private var destinations: [any LogDestination] {
        self.store.objects.withLock { $0.values.compactMap { $0 as? any LogDestination } }
    }
}
