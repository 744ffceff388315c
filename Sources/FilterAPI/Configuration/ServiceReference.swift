/// A named service that a filter calls, after its name and port were checked.
public struct ServiceReference: Sendable, Hashable {
    /// The address of the service with its suffix, such as `my-redis.static` or `redis.my-ns.svc.cluster.local`.
    public let name: String
    /// The service's port; 80 for `.static`, whose endpoints carry their own.
    public let port: Int
    /// What goes into `Host` / `:authority`: the `serviceHost` of the file, else the service's own host.
    public let host: String

    /// A service.
    public init(name: String, port: Int, host: String) {
        self.name = name
        self.port = port
        self.host = host
    }
}
