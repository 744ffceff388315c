/// Marks of refused requests in the access log, by the names that Envoy's users know.
enum ResponseFlag {
    /// The client does not keep to the protocol, or to the limits of a head.
    static let protocolError = "DPE"
    /// The client takes too long over its request.
    static let tooSlow = "DT"
    /// The gateway ends the connection.
    static let localReset = "LR"
    /// Memory is short.
    static let overload = "OM"
}

/// Why the gateway ended a stream together with its connection.
enum CutReason {
    /// A drain or its time is over, or nobody takes what is written.
    case closing
    /// The client broke HTTP/2, or its limits.
    case connectionError

    var detail: String {
        switch self {
        case .closing: "downstream_local_disconnect"
        case .connectionError: "http2.connection_error"
        }
    }

    var flag: String {
        switch self {
        case .closing: ResponseFlag.localReset
        case .connectionError: ResponseFlag.protocolError
        }
    }
}
