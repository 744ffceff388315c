package import FilterAPI
package import NIOCore

/// One request to a service and its response: the caller's end of it.
///
/// Confined to one event loop. The exchange ends with ``UpstreamReceiver/upstreamEnd(trailers:)``, with
/// ``UpstreamReceiver/upstreamFailed(_:)``, or with ``cancel()``; after that it never calls the receiver again.
package protocol UpstreamExchange: AnyObject {
    /// Whether more of the body may be sent now; the receiver hears of changes.
    var isWritable: Bool { get }
    /// Sends a part of the body.
    func send(body: ByteBuffer)
    /// Ends the request.
    func sendEnd(trailers: HeaderFields?)
    /// Hands what was sent to the socket.
    func flush()
    /// Stops reading the response until ``resumeReading()``.
    func pauseReading()
    /// Reads on.
    func resumeReading()
    /// Gives the exchange up; its connection is not used again unless the response was complete.
    func cancel()
    /// The service has not answered in time; says whether another service is asked in its place, to which the caller may
    /// give the same time again.
    func isReplacedAfterTimeout() -> Bool
    /// Gives the exchange up because the service has not answered in time, which counts as an error of its endpoint.
    func timedOut()
    /// The head of the answer came so long after the request had begun: for what is counted of service and endpoint.
    /// Called while the head is received, by the caller who has the time at hand.
    func measured(nanoseconds: Int64)
}

extension UpstreamExchange {
    package func isReplacedAfterTimeout() -> Bool { false }
    package func timedOut() { cancel() }
    package func measured(nanoseconds: Int64) {}
}

/// What an exchange tells its caller, on the event loop of the exchange.
package protocol UpstreamReceiver: AnyObject {
    /// A connection to this endpoint (`ip:port`) carries the request; may be called again for another try.
    func upstreamConnected(to endpoint: String)
    /// An informational response (RFC 9110, section 15.2) other than 100 and 101.
    func upstreamInformational(_ head: ResponseHead)
    /// The head of the final response. The receiver may take it by swapping; `head` is not read afterwards.
    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool)
    /// A part of the body.
    func upstreamBody(_ chunk: ByteBuffer)
    /// The end of the response.
    func upstreamEnd(trailers: HeaderFields?)
    /// All that could be read for now has been delivered: a good time to flush.
    func upstreamReadComplete()
    /// The response cannot be completed.
    func upstreamFailed(_ failure: UpstreamFailure)
    /// ``UpstreamExchange/isWritable`` changed.
    func upstreamWritabilityChanged(isWritable: Bool)
    /// What comes now is of another service.
    func upstreamRerouted(to service: String)
    /// What comes now would have been tried again but for the reason that this mark of the access log tells.
    func upstreamGaveUp(_ flag: String)
    /// The span that the request is part of; `nil` when it is not traced.
    var traceScope: TraceScope? { get }
}

extension UpstreamReceiver {
    package func upstreamRerouted(to service: String) {}
    package func upstreamGaveUp(_ flag: String) {}
    package var traceScope: TraceScope? { nil }
}

/// How the body of a request is announced to the upstream.
package enum RequestFraming: Sendable, Hashable {
    /// No body.
    case none
    /// This many bytes.
    case length(Int)
    /// Of unknown length.
    case chunked

    /// Whether the request is complete with its head.
    package var isEmpty: Bool { self == .none || self == .length(0) }
}

/// Why an exchange failed, with the status and the detail that the client's answer gets.
package struct UpstreamFailure: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// The service has no endpoint to try.
        case noHealthyUpstream = "no_healthy_upstream"
        /// No connection could be made.
        case connectFailure = "upstream_connect_failure"
        /// The connection broke before the head of the response.
        case resetBeforeResponse = "upstream_reset_before_response"
        /// The connection broke within the response.
        case resetWithinResponse = "upstream_reset_within_response"
        /// The upstream broke the protocol.
        case protocolError = "upstream_protocol_error"
        /// The time was up.
        case timeout = "upstream_timeout"
        /// Too many requests wait.
        case overload
    }

    package let code: Code
    /// One sentence for the log.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The status of the answer to the client.
    package var status: Int {
        switch self.code {
        case .protocolError: 502
        case .timeout: 504
        default: 503
        }
    }

    /// The mark in the access log, as Envoy's users know it.
    package var flag: String {
        switch self.code {
        case .noHealthyUpstream: "UH"
        case .connectFailure: "UF"
        case .resetBeforeResponse, .resetWithinResponse: "UC"
        case .protocolError: "UPE"
        case .timeout: "UT"
        case .overload: "UO"
        }
    }
}
