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

    init(json: [String: Any]) {
        self.contentType = "application/json"
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = (try? JSONSerialization.data(withJSONObject: json, options: options)) ?? Data("{}".utf8)
        self.body = String(decoding: data, as: UTF8.self) + "\n"
    }
}

/// What operators can ask: one method a path.
final class AdminHandler: Sendable {
    private unowned let server: GatewayServer
    private let plan: GatewayPlan

    init(server: GatewayServer, plan: GatewayPlan) {
        self.server = server
        self.plan = plan
    }

    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path without query.
    ///   - query: The query without `?`.
    func answer(method: String, path: String, query: String = "") async -> AdminAnswer {
        guard ["/healthz", "/readyz", "/metrics", "/config", "/routes", "/services", "/filters"].contains(path) else {
            let asked = HTTPMethod(rawValue: method == "HEAD" ? "GET" : method)
            let reply = await self.server.answer(AdminRequest(method: asked, path: path, query: query))
            return reply.map { AdminAnswer($0) } ?? AdminAnswer(status: 404, text: "not found\n")
        }
        guard method == "GET" || method == "HEAD" else {
            var answer = AdminAnswer(status: 405, text: "method not allowed\n")
            answer.allow = "GET, HEAD"
            return answer
        }
        switch path {
        case "/healthz": return AdminAnswer(text: "ok\n")
        case "/readyz":
            let isReady = self.server.isReady
            return AdminAnswer(status: isReady ? 200 : 503, text: isReady ? "ready\n" : "not ready\n")
        case "/metrics": return await self.metrics()
        case "/config":
            var answer = AdminAnswer(text: self.plan.configuration.redactedJSON + "\n")
            answer.contentType = "application/json"
            return answer
        case "/routes": return self.routes()
        case "/services": return await self.services()
        default: return self.filters()
        }
    }

    private func metrics() async -> AdminAnswer {
        let census = await self.server.census()
        let text = PrometheusText.render(
            self.server.surroundings.metrics,
            census: census,
            process: self.server.processCensus
        )
        var answer = AdminAnswer(text: text)
        answer.contentType = "text/plain; version=0.0.4; charset=utf-8"
        return answer
    }

    private func routes() -> AdminAnswer {
        let routes = self.plan.routes.routes.map { route -> [String: Any] in
            var entry: [String: Any] = ["name": route.name]
            switch route.action {
            case .service(let name): entry["service"] = name
            case .redirect: entry["action"] = "redirect"
            case .response(let response): entry["response"] = response.status
            }
            return entry
        }
        return AdminAnswer(json: ["routes": routes])
    }

    private func services() async -> AdminAnswer {
        let census = await self.server.census()
        let services = self.plan.services.map { service -> [String: Any] in
            let counters = census.reduce(ServiceCounters()) { $0 + ($1.services[service.name] ?? ServiceCounters()) }
            return [
                "name": service.name, "protocol": service.wireProtocol.rawValue, "requests": counters.requests,
                "active": counters.active, "idle": counters.idle, "connects": counters.connects,
                "connect_failures": counters.connectFailures, "retries": counters.retries,
            ]
        }
        return AdminAnswer(json: ["services": services])
    }

    private func filters() -> AdminAnswer {
        let filters = self.plan.chain.entries.map { entry -> [String: Any] in
            [
                "name": entry.name, "filter": entry.filter, "phase": entry.phase.rawValue,
                "priority": entry.priority, "failStrategy": entry.failsOpen ? "FAIL_OPEN" : "FAIL_CLOSE",
            ]
        }
        return AdminAnswer(json: ["filters": filters])
    }
}
