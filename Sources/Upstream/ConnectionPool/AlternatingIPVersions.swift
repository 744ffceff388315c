import NIOCore

extension ContiguousArray where Element == Endpoint {
    /// The same endpoints in the order in which to try them: those of the first one's IP version and of the other in
    /// turn, each kind in its order (RFC 8305, section 4).
    var alternatingIPVersions: ContiguousArray<Endpoint> {
        guard let version = first?.address.protocol, contains(where: { $0.address.protocol != version }) else {
            return self
        }
        var own = filter { $0.address.protocol == version }[...]
        var other = filter { $0.address.protocol != version }[...]
        var order: ContiguousArray<Endpoint> = []
        while !own.isEmpty || !other.isEmpty {
            if let endpoint = own.popFirst() { order.append(endpoint) }
            if let endpoint = other.popFirst() { order.append(endpoint) }
        }
        return order
    }
}
