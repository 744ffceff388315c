/// Something of a filter that operators can ask for on the admin listener.
///
/// An object that ``SharedFilterState`` keeps and that conforms is found by the gateway. The listener's rules hold for it: the
/// token, `GET` answering `HEAD` too, paths without their query.
public protocol AdminEndpoint: AnyObject, Sendable {
    /// What the paths begin with: the filter's name between slashes, such as `/ai-cache/`.
    var adminPath: String { get }

    /// Answers a request for a path that begins so.
    ///
    /// Runs on one of the gateway's event loops.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - callouts: Calls to services.
    nonisolated(nonsending) func answer(_ request: AdminRequest, by callouts: any Callouts) async -> AdminReply
}

/// What an operator asks of an ``AdminEndpoint``.
public struct AdminRequest: Sendable, Hashable {
    /// The method; `GET` also for `HEAD`.
    public let method: HTTPMethod
    /// The path without query, as it came.
    public let path: String
    /// The query without `?`, as it came; empty without one.
    public let query: String

    /// Makes a request.
    public init(method: HTTPMethod, path: String, query: String = "") {
        self.method = method
        self.path = path
        self.query = query
    }
}

/// What an ``AdminEndpoint`` answers.
public struct AdminReply: Sendable, Hashable {
    /// The status code.
    public let status: Int
    /// A JSON text.
    public let json: String
    /// The methods that the path knows, when it was asked with another one.
    public let allow: [HTTPMethod]

    /// Makes an answer.
    ///
    /// - Parameters:
    ///   - status: The status code; default 200.
    ///   - json: The body, a JSON text.
    public init(status: Int = 200, json: String) {
        self.status = status
        self.json = json
        self.allow = []
    }

    private init(allow: [HTTPMethod]) {
        self.status = 405
        self.json = #"{"error":"method not allowed"}"#
        self.allow = allow
    }

    /// The path is not one that can be asked for.
    public static let notFound = AdminReply(status: 404, json: #"{"error":"not found"}"#)

    /// The path knows other methods.
    public static func methodNotAllowed(allow: [HTTPMethod]) -> AdminReply { AdminReply(allow: allow) }
}
