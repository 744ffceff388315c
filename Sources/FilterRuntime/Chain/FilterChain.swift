package import FilterAPI

/// The filters of a configuration in the order in which a request passes them.
package final class FilterChain: Sendable {
    package let entries: [ChainEntry]
    /// Whether what runs depends on the host and not on the route alone.
    package let dependsOnHost: Bool

    /// Sorts by phase, then by priority from high to low; equal ones keep the file's order.
    package convenience init(_ entries: [ChainEntry]) {
        self.init(
            entries,
            order: ChainOrder(
                entries.map { .init(name: $0.name, filter: $0.filter, phase: $0.phase, priority: $0.priority) }
            )
        )
    }

    /// The entries in an order that was decided for them.
    package init(_ entries: [ChainEntry], order: ChainOrder) {
        self.entries = order.order.filter(entries.indices.contains).map { entries[$0] }
        self.dependsOnHost = FilterChain.dependsOnHost(entries)
    }

    /// What runs for a route, a service and a host.
    package func resolve(route: String?, service: String?, host: String) -> ResolvedChain {
        ResolvedChain(
            entries: self.entries,
            filters: self.entries.map { $0.resolve(route: route, service: service, host: host).filter }
        )
    }
}

/// The filters that run for one route: one place an entry, empty where the entry does not run.
package final class ResolvedChain: Sendable {
    /// Which filters have which hooks in one direction.
    package struct Masks: Sendable {
        package var head = FilterMask()
        /// Of those, the ones that are called again for a message in the place of one that they have seen.
        package var everyHead = FilterMask()
        package var body = FilterMask()
        package var observer = FilterMask()
        package var collect = FilterMask()
        package var trailers = FilterMask()
    }

    package let entries: [ChainEntry]
    package let filters: [BoundFilter?]
    package let request: Masks
    package let response: Masks
    package let streamEnded: FilterMask
    package let log: FilterMask

    package init(entries: [ChainEntry], filters: [BoundFilter?]) {
        self.entries = entries
        self.filters = filters
        self.request = Masks(filters.map { $0?.request })
        self.response = Masks(filters.map { $0?.response })
        self.streamEnded = ResolvedChain.mask(filters) { $0.streamEnded != nil }
        self.log = ResolvedChain.mask(filters) { $0.log != nil }
    }

    package var count: Int { self.entries.count }

    private static func mask(_ filters: [BoundFilter?], _ has: (BoundFilter) -> Bool) -> FilterMask {
        var mask = FilterMask()
        for (index, filter) in filters.enumerated() where filter.map(has) == true { mask.insert(index) }
        return mask
    }

    /// The filters before `position` as they are here, the others as in `other`: a route selected anew half way.
    package func continued(by other: ResolvedChain, from position: Int) -> ResolvedChain {
        ResolvedChain(
            entries: self.entries,
            filters: Array(self.filters.prefix(position)) + other.filters.dropFirst(position)
        )
    }
}

extension ResolvedChain.Masks {
    fileprivate init(_ hooks: [BoundFilter.Hooks?]) {
        for (index, hook) in hooks.enumerated() {
            guard let hook else { continue }
            if hook.head != nil { self.head.insert(index) }
            if hook.head != nil, hook.isForEveryHead { self.everyHead.insert(index) }
            if hook.body != nil { self.body.insert(index) }
            if hook.observer != nil { self.observer.insert(index) }
            if hook.collect != nil { self.collect.insert(index) }
            if hook.trailers != nil { self.trailers.insert(index) }
        }
    }
}
