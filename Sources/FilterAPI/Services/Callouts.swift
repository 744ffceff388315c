public import NIOCore

/// Calls from a filter to named services, on the stream's own event loop.
///
/// Every call is bounded by its timeout and cancelled with the stream; there is no way to call anything that the
/// configuration does not name.
public protocol Callouts: AnyObject {
    /// Sends one HTTP request and waits for the whole answer.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - service: The service, from ``ConfigurationFields``.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``CalloutError``.
    nonisolated(nonsending) func http(_ request: CalloutRequest, to service: ServiceReference) async throws
        -> CalloutResponse

    /// Sends one Redis command and waits for its reply.
    ///
    /// - Parameters:
    ///   - command: The command's name and arguments.
    ///   - target: The server with its credentials, database and timeout. Commands to equal targets share a connection.
    /// - Returns: The reply; an error reply is thrown.
    /// - Throws: ``CalloutError``.
    nonisolated(nonsending) func redis(_ command: [ByteBuffer], on target: RedisTarget) async throws -> RedisValue
}

/// One request to a named service.
public struct CalloutRequest: Sendable {
    /// The method; default `GET`.
    public var method: HTTPMethod
    /// Path and query.
    public var path: String
    /// The `Host`; `nil` for the service's own domain.
    public var host: String?
    /// The header fields.
    public var headers: HeaderFields
    /// The body.
    public var body: ByteBuffer
    /// How long the whole call may take; default 10 s.
    public var timeout: Duration
    /// The most bytes that the answer's body may have; a longer one is an error; default 4 MiB.
    public var maximumResponseBytes: Int

    /// Makes a request.
    public init(
        method: HTTPMethod = .get,
        path: String,
        host: String? = nil,
        headers: HeaderFields = [:],
        body: ByteBuffer = ByteBuffer(),
        timeout: Duration = .seconds(10),
        maximumResponseBytes: Int = 4 << 20
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
    }
}

/// The answer to a callout.
public struct CalloutResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields.
    public var headers: HeaderFields
    /// The whole body.
    public var body: ByteBuffer

    /// Makes an answer.
    public init(status: Int, headers: HeaderFields = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why a callout failed.
public struct CalloutError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable {
        /// No endpoint could be reached.
        case connectFailure = "connect_failure"
        /// The connection broke before the answer was complete.
        case reset
        /// The time was up.
        case timeout
        /// The answer was larger than allowed.
        case tooLarge = "too_large"
        /// The answer broke the protocol.
        case protocolError = "protocol_error"
        /// The server refused the credentials.
        case authentication
        /// The server answered a command with an error.
        case errorReply = "error_reply"
        /// Too many calls wait for this service.
        case overload
        /// The stream ended.
        case cancelled
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence for the log, without secrets.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the sentence.
    public var description: String { "\(self.code.rawValue): \(self.message)" }
}
