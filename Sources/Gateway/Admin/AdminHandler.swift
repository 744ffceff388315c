import FilterAPI
import FilterRuntime
import GatewayConfiguration
import Upstream

/// What operators can ask.
final class AdminHandler: Sendable {
    private static let views: Set = [
        "/", "/healthz", "/readyz", "/metrics", "/status", "/config", "/routes", "/services", "/filters", "/logging",
    ]
    private static let actions: Set = ["/reload", "/drain", "/logging"]

    private unowned let server: GatewayServer

    init(server: GatewayServer) {
        self.server = server
    }

    func answer(_ call: AdminCall) async -> AdminAnswer {
        let isView = AdminHandler.views.contains(call.path)
        let isAction = AdminHandler.actions.contains(call.path)
        guard isAction || isView else { return await self.filterAnswer(call) }
        switch call.method {
        case "GET", "HEAD":
            if isView { return await self.view(call) }
        case "POST":
            if isAction, call.isFromPage { return AdminAnswer(status: 403, text: "not for web pages\n") }
            if isAction { return await self.act(call) }
        default: break
        }
        var answer = AdminAnswer(status: 405, text: "method not allowed\n")
        answer.allow = ((isView ? ["GET", "HEAD"] : []) + (isAction ? ["POST"] : [])).joined(separator: ", ")
        return answer
    }

    private func act(_ call: AdminCall) async -> AdminAnswer {
        switch call.path {
        case "/reload": AdminAnswer(await self.server.reload())
        case "/drain": self.drain()
        default: self.server.surroundings.logLevel.answer(toPost: call.query)
        }
    }

    /// What filters have registered.
    private func filterAnswer(_ call: AdminCall) async -> AdminAnswer {
        let method = HTTPMethod(rawValue: call.method == "HEAD" ? "GET" : call.method)
        if call.isFromPage, method != .get { return AdminAnswer(status: 403, text: "not for web pages\n") }
        let reply = await self.server.answer(AdminRequest(method: method, path: call.path, query: call.query))
        return reply.map { AdminAnswer($0) } ?? AdminAnswer(status: 404, text: "not found\n")
    }

    private func view(_ call: AdminCall) async -> AdminAnswer {
        switch call.path {
        case "/": return StatusPage.answer(await self.server.status())
        case "/status": return AdminAnswer(await self.server.status())
        case "/logging": return self.server.surroundings.logLevel.answer
        case "/healthz": return AdminAnswer(text: "ok\n")
        case "/readyz":
            let isReady = self.server.isReady
            return AdminAnswer(status: isReady ? 200 : 503, text: isReady ? "ready\n" : "not ready\n")
        case "/metrics": return await self.metrics(as: MetricFormat(accept: call.accept))
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

    private func metrics(as format: MetricFormat) async -> AdminAnswer {
        let census = MetricCensus(
            registry: self.server.surroundings.metrics,
            loops: await self.server.census(),
            process: self.server.processCensus,
            services: await self.server.serviceStatuses(),
            reloads: self.server.reloads,
            hash: self.server.plan.configuration.digest
        )
        var answer = AdminAnswer(text: MetricText.render(census.families, as: format))
        answer.contentType = format.contentType
        answer.headers = [("vary", "accept")]
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
            if let redirect = route.internalRedirect {
                entry["internalRedirect"] =
                    ["statuses": redirect.statuses.sorted(), "maxRedirects": redirect.maximum]
                    as [String: Any]
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
