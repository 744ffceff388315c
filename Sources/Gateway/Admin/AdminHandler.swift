import FilterAPI
import FilterRuntime
import Foundation
import GatewayConfiguration
import Upstream

/// An answer to an operator.
struct AdminAnswer: Sendable {
    var status = 200
    var contentType = "text/plain; charset=utf-8"
    var body: String
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
    /// Whether a browser sends it for a page, which may be anybody's.
    let isFromPage: Bool
}

/// What operators can ask: one method a path.
final class AdminHandler: Sendable {
    private static let views = ["/healthz", "/readyz", "/metrics", "/config", "/routes", "/services", "/filters"]
    private static let actions = ["/reload", "/drain"]

    private unowned let server: GatewayServer

    init(server: GatewayServer) {
        self.server = server
    }

    func answer(_ call: AdminCall) async -> AdminAnswer {
        let isAction = AdminHandler.actions.contains(call.path)
        guard isAction || AdminHandler.views.contains(call.path) else { return await self.filterAnswer(call) }
        let methods = isAction ? ["POST"] : ["GET", "HEAD"]
        guard methods.contains(call.method) else {
            var answer = AdminAnswer(status: 405, text: "method not allowed\n")
            answer.allow = methods.joined(separator: ", ")
            return answer
        }
        guard isAction else { return await self.view(call.path) }
        if call.isFromPage { return AdminAnswer(status: 403, text: "not for web pages\n") }
        return call.path == "/reload" ? AdminAnswer(await self.server.reload()) : self.drain()
    }

    /// What filters have registered.
    private func filterAnswer(_ call: AdminCall) async -> AdminAnswer {
        let method = HTTPMethod(rawValue: call.method == "HEAD" ? "GET" : call.method)
        if call.isFromPage, method != .get { return AdminAnswer(status: 403, text: "not for web pages\n") }
        let reply = await self.server.answer(AdminRequest(method: method, path: call.path, query: call.query))
        return reply.map { AdminAnswer($0) } ?? AdminAnswer(status: 404, text: "not found\n")
    }

    private func view(_ path: String) async -> AdminAnswer {
        switch path {
        case "/healthz": return AdminAnswer(text: "ok\n")
        case "/readyz":
            let isReady = self.server.isReady
            return AdminAnswer(status: isReady ? 200 : 503, text: isReady ? "ready\n" : "not ready\n")
        case "/metrics": return await self.metrics()
        case "/config":
            var answer = AdminAnswer(text: self.server.plan.configuration.redactedJSON + "\n")
            answer.contentType = "application/json"
            return answer
        case "/routes": return self.routes()
        case "/services": return await self.services()
        default: return self.filters()
        }
    }

    /// Readiness is off before the answer; the drain begins behind it, since it ends the process.
    private func drain() -> AdminAnswer {
        let server = self.server
        server.announceDrain()
        var answer = AdminAnswer(json: ["draining": true])
        answer.afterwards = { Task { await server.drain() } }
        return answer
    }

    private func metrics() async -> AdminAnswer {
        let census = await self.server.census()
        let text = PrometheusText.render(
            self.server.surroundings.metrics,
            census: census,
            process: self.server.processCensus,
            services: await self.server.serviceStatuses(),
            reloads: self.server.reloads,
            hash: self.server.plan.configuration.digest
        )
        var answer = AdminAnswer(text: text)
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8"
        return answer
    }

    private func routes() -> AdminAnswer {
        let routes = self.server.plan.routes.routes.map { route -> [String: Any] in
            var entry: [String: Any] = ["name": route.name]
            switch route.action {
            case .service(let name): entry["service"] = name
            case .services(let split):
                entry["services"] = split.shares.map { ["service": $0.service, "weight": $0.weight] as [String: Any] }
            case .redirect: entry["action"] = "redirect"
            case .response(let response): entry["response"] = response.status
            }
            if let retry = route.retry { entry["retry"] = ["attempts": retry.attempts] }
            if let fallback = route.fallback { entry["fallback"] = fallback.service }
            if let mirror = route.mirror {
                entry["mirror"] = ["service": mirror.service, "percent": mirror.percent] as [String: Any]
            }
            return entry
        }
        return AdminAnswer(json: ["routes": routes])
    }

    private func services() async -> AdminAnswer {
        let census = await self.server.census()
        return Self.services(self.server.plan.services, census, await self.server.serviceStatuses())
    }

    private func filters() -> AdminAnswer {
        let filters = self.server.plan.chain.entries.map { entry -> [String: Any] in
            [
                "name": entry.name, "filter": entry.filter, "phase": entry.phase.rawValue,
                "priority": entry.priority, "failStrategy": entry.failsOpen ? "FAIL_OPEN" : "FAIL_CLOSE",
            ]
        }
        return AdminAnswer(json: ["filters": filters])
    }
}
