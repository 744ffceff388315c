import FilterAPI

/// A value, or a set of values, and how often requests with it may come.
struct LimitKey: Sendable {
    /// Which values are meant.
    enum Values: Sendable, Hashable {
        case one(Secret)
        case all
        case matching(Pattern)
        case network(AddressRange)
    }

    let values: Values
    let limit: RateLimit
}

/// The keys of one rule, searched in their order.
struct LimitKeys: Sendable {
    let keys: [LimitKey]
    private let exact: [Int: [(value: [UInt8], index: Int)]]

    init(_ keys: [LimitKey]) {
        self.keys = keys
        var exact: [Int: [(value: [UInt8], index: Int)]] = [:]
        for (index, key) in keys.enumerated() {
            guard case .one(let value) = key.values else { continue }
            let bytes = Array(value.reveal().utf8)
            exact[bytes.withUnsafeBytes { hash($0) }, default: []].append((bytes, index))
        }
        self.exact = exact
    }

    /// The first key that means a value, by its index.
    func index(of value: UnsafeRawBufferPointer) -> Int? {
        // All keys of a rule are of one kind.
        if !self.exact.isEmpty {
            return self.exact[hash(value)]?.first { $0.value.elementsEqual(value) }?.index
        }
        return self.keys.firstIndex { key in
            switch key.values {
            case .all: true
            case .matching(let pattern): pattern.matches(value)
            case .one, .network: false
            }
        }
    }

    /// The first key that means an address, by its index.
    func index(of address: IPAddress) -> Int? {
        self.keys.firstIndex { key in
            if case .network(let range) = key.values { range.contains(address) } else { false }
        }
    }
}

/// A hash by a secret of the process, so that nobody can choose values that fall together.
private func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
}
