/// What filters of a configuration may be called.
public struct ChainNames: Sendable {
    /// The names of the chain's entries.
    public let entries: [String]
    /// The names of the filters that those entries are of.
    public let filters: [String]
    /// The names of all registered filters, also of those that the chain leaves out.
    public let registered: [String]
    /// Names of entries that no message may show, since they came from the environment.
    package var hidden: Set<String> = []

    /// The names of a chain.
    public init(entries: [String], filters: [String], registered: [String]) {
        self.entries = entries
        self.filters = filters
        self.registered = registered
    }

    /// Whether some entry of the chain has the name, or is of the filter of that name.
    public func holds(_ name: String) -> Bool { self.entries.contains(name) || self.filters.contains(name) }
}

extension ConfigurationFields {
    /// A list of names of entries or filters of the chain that has to be given and to have an item.
    ///
    /// A name that there is not is an error with the nearest one as a hint; that of a registered filter of which the chain
    /// has no entry is a warning.
    public func requiredFilterNames(_ key: String, help: String) -> [String] {
        let names = requiredStrings(key, help: help)
        guard let chain = context.chain else { return names }
        for (index, name) in names.enumerated() where !chain.holds(name) {
            if chain.registered.contains(name) {
                warning(
                    at: key,
                    item: index,
                    "has no effect, because no entry of the chain is of the filter \(quoted(name))"
                )
            } else {
                var known: [String] = []
                let shown = chain.entries.filter { !chain.hidden.contains($0) } + chain.registered
                for name in shown where !known.contains(name) { known.append(name) }
                error(unknown: name, "filter", at: key, item: index, among: known)
            }
        }
        return names
    }
}
