import FilterAPI
import Foundation

/// An answer to an operator.
struct AdminAnswer: Sendable {
    var status = 200
    var contentType = "text/plain; charset=utf-8"
    var body: String
    /// Fields beside those that every answer has.
    var headers: [(String, String)] = []
    /// The methods of a path that was asked with another one.
    var allow: String?
    /// What is to happen once it has been written; the connection ends then.
    var afterwards: (@Sendable () -> Void)?

    init(status: Int = 200, text: String) {
        self.status = status
        self.body = text
    }

    init(_ reply: AdminReply) {
        self.status = reply.status
        self.contentType = "application/json"
        self.body = reply.json + "\n"
        self.allow = reply.allow.isEmpty ? nil : reply.allow.map(\.rawValue).joined(separator: ", ")
    }

    init(status: Int = 200, json: [String: Any]) {
        self.status = status
        self.contentType = "application/json"
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = (try? JSONSerialization.data(withJSONObject: json, options: options)) ?? Data("{}".utf8)
        self.body = String(decoding: data, as: UTF8.self) + "\n"
    }
}

/// What an operator asks.
struct AdminCall: Sendable {
    let method: String
    /// Without the query.
    let path: String
    /// Without `?`.
    let query: String
    /// The fields `Accept`, joined by commas.
    let accept: String
    /// Whether a browser sends it for a page, which may be anybody's.
    let isFromPage: Bool
}
