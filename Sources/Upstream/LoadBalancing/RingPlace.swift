import FilterAPI

/// Where on a service's ring of hashes a request belongs.
enum RingPlace: Sendable, Hashable {
    /// Where the key says that the service names.
    case ofService
    /// At this hash, which the route has found; without one anywhere.
    case hash(UInt64?)

    /// The hash of a request.
    ///
    /// - Parameters:
    ///   - request: The request; `nil` for one that is nobody's in particular.
    ///   - key: The service's key.
    func hash(of request: RequestHead?, by key: HashKey) -> UInt64? {
        switch self {
        case .ofService: request.flatMap { key.hash(of: $0) }
        case .hash(let hash): hash
        }
    }
}
