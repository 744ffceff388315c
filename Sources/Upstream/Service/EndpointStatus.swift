/// One endpoint as an operator sees it, on one event loop.
package struct EndpointStatus: Sendable, Hashable {
    /// `ip:port`.
    package let address: String
    /// Connections that wait for their next request.
    package let idle: Int
    /// Whether others are preferred because no connection could be made lately.
    package let isAvoided: Bool
}
