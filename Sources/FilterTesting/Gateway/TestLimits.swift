/// Times and sizes of a test's gateway; the defaults are the product's.
public struct TestLimits: Sendable {
    /// How long a filter may hold a stream; default 60 s.
    public var filterTimeout: Duration
    /// How long nothing may happen on a stream; default 5 min.
    public var idleTimeout: Duration
    /// How many bytes of body may wait in a stream in each direction; default 64 KiB.
    public var buffer: Int
    /// The most bytes that a request's body may have; default no limit.
    public var requestBodyLimit: Int

    /// Makes limits.
    public init(
        filterTimeout: Duration = .seconds(60),
        idleTimeout: Duration = .seconds(300),
        buffer: Int = 64 * 1024,
        requestBodyLimit: Int = .max
    ) {
        self.filterTimeout = filterTimeout
        self.idleTimeout = idleTimeout
        self.buffer = buffer
        self.requestBodyLimit = requestBodyLimit
    }
}
