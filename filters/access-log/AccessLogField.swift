/// A key of the access log's lines, in the order in which they stand there.
enum AccessLogField: String, CaseIterable, Sendable {
    case startTime = "start_time"
    case method
    case authority
    case path
    case `protocol`
    case responseCode = "response_code"
    case responseCodeDetails = "response_code_details"
    case responseFlags = "response_flags"
    case bytesReceived = "bytes_received"
    case bytesSent = "bytes_sent"
    case duration
    case upstreamServiceTime = "upstream_service_time"
    case upstreamHost = "upstream_host"
    case upstreamCluster = "upstream_cluster"
    case routeName = "route_name"
    case downstreamRemoteAddress = "downstream_remote_address"
    case xForwardedFor = "x_forwarded_for"
    case userAgent = "user_agent"
    case requestID = "request_id"
    case traceID = "trace_id"
    case consumer
    case aiLog = "ai_log"
}
