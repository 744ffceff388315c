/// Marks of refused requests in the access log, by the names that Envoy's users know.
enum ResponseFlag {
    /// The client does not keep to the protocol, or to the limits of a head.
    static let protocolError = "DPE"
    /// The client takes too long over its request.
    static let tooSlow = "DT"
    /// Memory is short.
    static let overload = "OM"
}
