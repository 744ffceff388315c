/// What became of a stream: the facts that access logs and metrics tell.
public struct StreamRecord: Sendable {
    /// The status sent to the client; 0 when none was sent.
    public package(set) var responseCode: Int = 0
    /// Why the response is what it is: `via_upstream`, or the detail of a local response.
    public package(set) var responseCodeDetails: String = ""
    /// Short marks as Envoy's users know them, such as `DC` (the client went away), `NR`, `UF`, `UT`.
    public package(set) var responseFlags: [String] = []
    /// Body bytes received from the client.
    public package(set) var bytesReceived: Int = 0
    /// Body bytes sent to the client.
    public package(set) var bytesSent: Int = 0
    /// Nanoseconds since 1970 when the request's head was complete.
    public package(set) var startTime: Int64 = 0
    /// Nanoseconds from the request's first byte to the end of the stream.
    public package(set) var duration: Int64 = 0
    /// Nanoseconds from sending the request upstream to the head of its answer; `nil` without one.
    public package(set) var upstreamServiceTime: Int64?
    /// The endpoint that answered, as `ip:port`.
    public package(set) var upstreamHost: String?
    /// The service, with its suffix.
    public package(set) var upstreamCluster: String?

    /// Makes an empty record.
    public init() {}
}
