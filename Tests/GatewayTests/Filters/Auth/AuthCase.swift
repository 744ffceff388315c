import Foundation
import TestSupport
import Testing

/// A request with credentials, and what becomes of it.
struct AuthCase: Sendable, CustomTestStringConvertible {
    typealias Make = @Sendable (AuthCredentials) throws -> String

    /// The filter.
    let filter: String
    let testDescription: String
    let status: Int
    /// `response_code_details`.
    let details: String
    let consumer: String?
    /// The whole request, without `Host` and `Connection`.
    let request: Make

    /// A request that passes.
    init(_ filter: String, _ description: String, passesAs consumer: String, _ request: @escaping Make) {
        self.filter = filter
        self.testDescription = "\(filter): \(description)"
        self.status = 200
        self.details = "via_upstream"
        self.consumer = consumer
        self.request = request
    }

    /// A request that is refused.
    init(_ filter: String, _ description: String, _ status: Int, _ details: String, _ request: @escaping Make) {
        self.filter = filter
        self.testDescription = "\(filter): \(description)"
        self.status = status
        self.details = details
        self.consumer = nil
        self.request = request
    }
}

/// A request as bytes.
func requestText(_ method: String, _ target: String, _ fields: [(String, String)], body: String = "") -> String {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
    for (name, value) in fields { head += "\(name): \(value)\r\n" }
    if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.utf8.count)\r\n" }
    return head + "\r\n" + body
}

extension AuthCredentials {
    /// A request that Python signed, with its fields changed.
    func signed(
        _ name: String,
        target: String? = nil,
        body: String? = nil,
        _ change: (inout [String: String]) -> Void = { _ in }
    ) throws -> String {
        let request = try #require(self.hmac[name])
        var headers = request.headers
        change(&headers)
        let fields = headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return requestText(request.method, target ?? request.target, fields, body: body ?? request.body)
    }

    /// A request with a token that Python made.
    func withToken(_ name: String, _ target: String = "/", _ more: [(String, String)] = []) throws -> String {
        requestText("GET", target, [("Authorization", "Bearer \(try #require(self.tokens[name]))")] + more)
    }
}
