/// When a filter runs on the request's way; the response passes the filters in the exact reverse order.
///
/// The order is that of the cases. After the last phase comes the router.
public enum FilterPhase: String, Sendable, CaseIterable, Comparable {
    /// Authentication: who asks.
    case authn = "AUTHN"
    /// Authorisation: whether they may.
    case authz = "AUTHZ"
    /// Statistics.
    case stats = "STATS"
    /// Everything else, last before the router.
    case unspecified = "UNSPECIFIED"

    /// Whether `lhs` runs before `rhs` on the request's way.
    public static func < (lhs: FilterPhase, rhs: FilterPhase) -> Bool { lhs.order < rhs.order }

    private var order: Int {
        switch self {
        case .authn: 0
        case .authz: 1
        case .stats: 2
        case .unspecified: 3
        }
    }
}
