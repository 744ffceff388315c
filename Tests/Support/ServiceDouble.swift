import Foundation
import NIOHTTP1

/// A stand-in for a JSON service: checks requests as the service does, and really does what they ask.
///
/// It knows no transport: tests in memory hand requests over, tests with sockets put it behind a ``ScriptedUpstream``.
package protocol ServiceDouble: Sendable {
    /// Answers one request.
    func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer
}

/// A request to a double.
package struct ServiceDoubleRequest: Sendable {
    package var method: String
    /// The path without the query, as it was sent.
    package var path: String
    /// What stands after `?`; empty without one.
    package var query: String
    /// The host that was asked for.
    package var host: String
    /// The header fields, their names in lower case.
    package var headers: [String: String]
    package var body: String

    package init(
        method: String,
        target: String,
        host: String,
        headers: some Sequence<(String, String)>,
        body: String
    ) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.path = String(parts[0])
        self.query = parts.count > 1 ? String(parts[1]) : ""
        self.host = host
        self.headers = Dictionary(headers.map { ($0.lowercased(), $1) }, uniquingKeysWith: { "\($0), \($1)" })
        self.body = body
    }

    /// The body as a JSON object of a request that announces one; `nil` for anything else.
    package var object: [String: Any]? {
        guard self.headers["content-type"]?.hasPrefix("application/json") == true else { return nil }
        return (try? JSONSerialization.jsonObject(with: Data(self.body.utf8))) as? [String: Any]
    }
}

/// What a double answers.
package struct ServiceDoubleAnswer: Sendable {
    package var status: Int
    package var body: String

    package init(status: Int = 200, _ body: String) {
        self.status = status
        self.body = body
    }

    /// An answer whose body is this value as JSON.
    package init(status: Int = 200, json: Any) {
        let data = try? JSONSerialization.data(withJSONObject: json, options: [.fragmentsAllowed])
        self.init(status: status, data.map { String(decoding: $0, as: UTF8.self) } ?? "this value is not JSON")
    }
}

extension ScriptedUpstream {
    /// Starts a server on a free port that answers as a double does.
    package static func start(_ double: any ServiceDouble) async throws -> ScriptedUpstream {
        try await ScriptedUpstream.start { request in
            let answer = double.answer(
                ServiceDoubleRequest(
                    method: request.method,
                    target: request.uri,
                    host: request.headers.first(name: "host") ?? "",
                    headers: request.headers.map { ($0.name, $0.value) },
                    body: request.body
                )
            )
            return Answer(status: answer.status, headers: ["content-type": "application/json"], body: answer.body)
        }
    }
}
