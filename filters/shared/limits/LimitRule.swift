import FilterAPI

/// By what requests are counted, and how many there may be.
struct LimitRule: Sendable {
    let kind: LimitKind
    /// The name of the field, parameter or cookie; as the file says it for addresses, empty for consumers.
    let name: String
    let source: LimitSource
    let keys: LimitKeys

    /// Calls `body` with the key that a request is counted by, by its index, and with the request's value: the first of its
    /// values that a key means. Not at all for a request that the rule says nothing about.
    func match(_ stream: StreamContext, _ body: (_ key: Int, _ value: LimitValue) -> Void) {
        var isFound = false
        self.source.forEachValue(of: stream) { value in
            guard !isFound, let key = self.keys.index(of: value) else { return }
            isFound = true
            body(key, value)
        }
    }
}
