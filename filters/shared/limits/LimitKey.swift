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

/// The keys of one rule, searched in their order. All of them are of one kind.
struct LimitKeys: Sendable {
    private struct Network {
        let addresses: ClosedRange<UInt128>
        let isVersion4: Bool
    }

    let keys: [LimitKey]
    private let exact: [Int: [(value: [UInt8], index: Int)]]
    private let networks: [Network]

    init(_ keys: [LimitKey]) {
        self.keys = keys
        var exact: [Int: [(value: [UInt8], index: Int)]] = [:]
        var networks: [Network] = []
        for (index, key) in keys.enumerated() {
            switch key.values {
            case .one(let value):
                let bytes = Array(value.reveal().utf8)
                exact[bytes.withUnsafeBytes { hash($0) }, default: []].append((bytes, index))
            case .network(let range):
                networks.append(Network(addresses: range.bits, isVersion4: range.base.bytes.count == 4))
            case .all, .matching: continue
            }
        }
        self.exact = exact
        self.networks = networks
    }

    /// The first key that means a value, by its index.
    func index(of value: LimitValue) -> Int? {
        switch value {
        case .text(let bytes): self.index(of: bytes)
        case .address(let address): self.index(of: address)
        }
    }

    private func index(of value: UnsafeRawBufferPointer) -> Int? {
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

    private func index(of address: AddressBits) -> Int? {
        self.networks.firstIndex {
            $0.isVersion4 == address.isVersion4 && $0.addresses.contains(address.bits)
        }
    }
}

/// A hash by a secret of the process, so that nobody can choose values that fall together.
private func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
}
