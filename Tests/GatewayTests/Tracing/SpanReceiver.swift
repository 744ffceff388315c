import Foundation
import NIOHTTP1
import Synchronization
import TestSupport

/// A collector of traces that takes OTLP over HTTP in JSON.
final class SpanReceiver: Sendable {
    /// A span as it arrived.
    struct Span: Sendable {
        let traceID: String
        let id: String
        let parentID: String?
        let name: String
        let kind: Int
        let start: Int64
        let end: Int64
        let attributes: [String: String]
        let failure: String?
    }

    let upstream: ScriptedUpstream
    private let log: SpanLog

    private init(_ upstream: ScriptedUpstream, _ log: SpanLog) {
        self.upstream = upstream
        self.log = log
    }

    /// Starts one that answers with these statuses in turn, and with 200 after them; it takes the spans of those with 200.
    ///
    /// - Parameters:
    ///   - statuses: Those of the first answers.
    ///   - body: What all answers say.
    static func start(statuses: [Int] = [], body: String = "{}") async throws -> SpanReceiver {
        let log = SpanLog()
        let tally = Tally()
        let upstream = try await ScriptedUpstream.start { request in
            let number = tally.next()
            let status = statuses.indices.contains(number) ? statuses[number] : 200
            if status == 200 { log.take(request.body) }
            return .init(status: status, headers: ["content-type": "application/json"], body: body)
        }
        return SpanReceiver(upstream, log)
    }

    /// The spans so far.
    var spans: [Span] { self.log.spans }
    /// Exports that were not what OTLP says.
    var mistakes: Int { self.log.mistakes }

    /// Waits for so many spans.
    func spans(_ count: Int) async -> [Span] {
        _ = await eventually { self.spans.count >= count }
        return self.spans
    }

    /// The lines of a configuration that send spans here.
    func configuration(_ keys: String = "") -> (tracing: String, service: String) {
        (
            "tracing: { service: otel.static, interval: 20ms\(keys.isEmpty ? "" : ", " + keys) }",
            "  - { name: otel, type: static, domain: \"\(self.upstream.endpoint)\" }"
        )
    }

    func stop() async { await self.upstream.stop() }
}

private final class SpanLog: Sendable {
    private let state = Mutex<(spans: [SpanReceiver.Span], mistakes: Int)>(([], 0))

    var spans: [SpanReceiver.Span] { self.state.withLock { $0.spans } }
    var mistakes: Int { self.state.withLock { $0.mistakes } }

    func take(_ body: String) {
        let found = SpanLog.read(body)
        self.state.withLock { state in
            if let found { state.spans += found } else { state.mistakes += 1 }
        }
    }

    private static func read(_ body: String) -> [SpanReceiver.Span]? {
        let object = try? JSONSerialization.jsonObject(with: Data(body.utf8))
        let resources = (object as? [String: Any])?["resourceSpans"] as? [[String: Any]]
        let scopes = resources?.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
        guard let spans = scopes?.flatMap({ $0["spans"] as? [[String: Any]] ?? [] }) else { return nil }
        let read = spans.compactMap { SpanReceiver.Span($0) }
        return read.count == spans.count ? read : nil
    }
}

extension SpanReceiver.Span {
    fileprivate init?(_ object: [String: Any]) {
        guard let traceID = object["traceId"] as? String, let id = object["spanId"] as? String,
            let name = object["name"] as? String, let kind = object["kind"] as? Int,
            let start = (object["startTimeUnixNano"] as? String).flatMap({ Int64($0) }),
            let end = (object["endTimeUnixNano"] as? String).flatMap({ Int64($0) }), end >= start
        else { return nil }
        var attributes: [String: String] = [:]
        for attribute in object["attributes"] as? [[String: Any]] ?? [] {
            guard let key = attribute["key"] as? String, let value = attribute["value"] as? [String: Any],
                attributes[key] == nil
            else { return nil }
            attributes[key] = value.values.first.map { "\($0)" }
        }
        self.init(
            traceID: traceID,
            id: id,
            parentID: object["parentSpanId"] as? String,
            name: name,
            kind: kind,
            start: start,
            end: end,
            attributes: attributes,
            failure: (object["status"] as? [String: Any])?["message"] as? String
        )
    }
}
