import FilterAPI

/// By what requests are counted, and how many may pass.
struct LimitRule: Sendable {
    /// The ways to count, by their keys in the file.
    enum Kind: String, Sendable, CaseIterable {
        case header = "limit_by_header"
        case parameter = "limit_by_param"
        case consumer = "limit_by_consumer"
        case cookie = "limit_by_cookie"
        case perHeader = "limit_by_per_header"
        case perParameter = "limit_by_per_param"
        case perConsumer = "limit_by_per_consumer"
        case perCookie = "limit_by_per_cookie"
        case perAddress = "limit_by_per_ip"

        /// Whether each value is counted on its own that a key means.
        var countsEachValue: Bool { self.rawValue.hasPrefix("limit_by_per_") }
    }

    let kind: Kind
    /// The name of the field, parameter or cookie; as the file says it for addresses, empty for consumers.
    let name: String
    let source: LimitSource
    let keys: LimitKeys

    /// Calls `body` with the key that a request is counted by, by its index, and with the request's value; not at all for a
    /// request that the rule says nothing about.
    func match(_ stream: StreamContext, _ body: (_ key: Int, _ value: UnsafeRawBufferPointer) -> Void) {
        if self.kind == .perAddress {
            guard let address = self.source.address(of: stream), let key = self.keys.index(of: address) else { return }
            address.bytes.withUnsafeBytes { body(key, $0) }
        } else {
            self.source.withValue(of: stream) { value in
                if let key = self.keys.index(of: value) { body(key, value) }
            }
        }
    }
}
