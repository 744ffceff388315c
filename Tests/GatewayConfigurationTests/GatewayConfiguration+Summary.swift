import FilterAPI
import Foundation
import GatewayConfiguration

extension GatewayConfiguration {
    /// What was read, a line a part, in the file's order.
    var summary: [String] {
        var lines = ["ok"]
        if let admin {
            lines.append("admin \(admin.address.map { "\($0)" } ?? "-") token=\(admin.token.map { "\($0)" } ?? "-")")
            if admin.readOnly { lines.append("admin is read-only") }
        }
        if limits != LimitsConfiguration() { lines.append("limits \(limits.changes(from: LimitsConfiguration()))") }
        if let memory { lines.append("memory \(memory)") }
        lines.append("drainTimeout \(drainTimeout.configurationText)")
        if !trustedProxies.isEmpty {
            lines.append("trusted \(trustedProxies.map { "\($0.base.bytes)/\($0.prefixLength)" })")
        }
        if let tracing {
            let (service, path, sampling) = (tracing.service, tracing.path, tracing.sampling)
            let times = [tracing.interval, tracing.timeout].map(\.configurationText).joined(separator: "/")
            lines.append(
                "tracing \(service) \(path) \(sampling) parentBased=\(tracing.isParentBased) \(tracing.serviceName) "
                    + "headers=\(tracing.headers) queue=\(tracing.queueSize)/\(tracing.batchSize) times=\(times)"
            )
        }
        for listener in listeners {
            let address = listener.address.map { "\($0)" } ?? "-"
            let changes = listener.limits.changes(from: limits)
            lines.append(
                "listener \(listener.name) \(address)\(changes.isEmpty ? "" : " \(changes)")\(listener.summary)"
            )
        }
        lines += services.map(\.summary) + routes.map(\.summary)
        lines += filters.flatMap(\.summary)
        return lines
    }
}

extension ListenerConfiguration {
    fileprivate var summary: String {
        var parts: [String] = []
        if protocols != Set(HTTPProtocol.allCases) { parts.append("protocols=\(protocols.map(\.rawValue).sorted())") }
        if let tls {
            parts.append("tls=\(tls.minimumVersion.rawValue) clients=\(tls.clientAuthentication.text)")
            for item in tls.certificates {
                parts.append(
                    "[\(item.certificate) \(item.privateKey) \(item.domains) \(item.clientAuthentication.text)]"
                )
            }
        }
        return parts.map { " \($0)" }.joined()
    }
}

extension ClientAuthenticationConfiguration? {
    fileprivate var text: String { self.map { "\($0.trustRoots)/\($0.required)" } ?? "-" }
}

extension LimitsConfiguration {
    func changes(from other: LimitsConfiguration) -> String {
        let pairs = zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children)
        let changed = pairs.filter { "\($0.0.value)" != "\($0.1.value)" }
        return changed.map { "\($0.0.label ?? "")=\($0.0.value)" }.joined(separator: " ")
    }
}

extension ServiceConfiguration {
    fileprivate var summary: String {
        let times = [refresh, connectTimeout, idleTimeout].map(\.configurationText).joined(separator: "/")
        return "service \(address) \(endpoints.map(\.description) + domains) port=\(port) \(wireProtocol.rawValue) "
            + "sni=\(serverName ?? "-") times=\(times) verify=\(tls.verify)"
            + balancing
    }

    private var balancing: String {
        var parts: [String] = []
        if !weights.isEmpty { parts.append("weights=\(weights)") }
        if loadBalancing.policy != .roundRobin { parts.append("policy=\(loadBalancing.policy.rawValue)") }
        if loadBalancing.policy == .ringHash { parts.append("hash=\(loadBalancing.hash)") }
        if let check = healthCheck {
            let times = [check.interval, check.timeout].map(\.configurationText).joined(separator: "/")
            let thresholds = "\(check.unhealthyThreshold)/\(check.healthyThreshold)"
            parts.append("check=\(check.question.rawValue) \(check.path) \(times) \(thresholds)")
        }
        if let outliers = outlierDetection {
            let time = outliers.ejectionTime.configurationText
            parts.append("ejects=\(outliers.consecutiveFailures)/\(time)/\(outliers.maximumEjectedPercent)%")
            if outliers.panicThreshold > 0 { parts.append("panic=\(outliers.panicThreshold)%") }
        }
        if let breaker = circuitBreaker {
            let most = [breaker.connections, breaker.pending, breaker.requests, breaker.retries]
            parts.append("most=\(most)")
        }
        return parts.map { " " + $0 }.joined()
    }
}

extension RouteConfiguration {
    fileprivate var summary: String {
        var parts = ["route \(name)"]
        if !match.domains.isEmpty { parts.append("domains=\(match.domains)") }
        if let path = match.path { parts.append("path=\(path)") }
        if !match.methods.isEmpty { parts.append("methods=\(match.methods)") }
        for value in match.headers { parts.append("header \(value.name) \(value.condition)") }
        for value in match.query { parts.append("query \(value.name) \(value.condition)") }
        parts.append(action.map { "-> \($0)" } ?? "-> nothing")
        if let rewrite {
            parts.append("rewrite path=\(rewrite.path.map { "\($0)" } ?? "-") host=\(rewrite.host ?? "-")")
        }
        if let timeout { parts.append("timeout=\(timeout.configurationText)") }
        if let requestBody { parts.append("requestBody=\(requestBody)") }
        if !upgrades.isEmpty { parts.append("upgrades=\(upgrades)") }
        if let change = requestHeaders { parts.append("requestHeaders \(change.summary)") }
        if let change = responseHeaders { parts.append("responseHeaders \(change.summary)") }
        if let retry {
            let conditions = retry.conditions.map { "\($0)" }.sorted()
            let perTry = retry.perTryTimeout?.configurationText ?? "-"
            parts.append("retry \(retry.attempts) on=\(conditions) perTry=\(perTry)")
            parts.append("budget=\(retry.budget.percent)/\(retry.budget.minimum)")
        }
        if let fallback { parts.append("fallback \(fallback.statuses.sorted()) -> \(fallback.service)") }
        if let mirror { parts.append("mirror \(mirror.percent) -> \(mirror.service)") }
        if let redirect = internalRedirect {
            let schemes = redirect.schemes.map { "\($0.sorted())" } ?? "-"
            parts.append("internalRedirect \(redirect.statuses.sorted()) most=\(redirect.maximum)")
            parts.append("sameHost=\(redirect.keepsHost) schemes=\(schemes)")
        }
        for item in hashPolicy {
            let cookie = item.cookie.map { " \($0.name) \($0.lifetime.configurationText) \($0.path ?? "-")" } ?? ""
            parts.append("hash \(item.key)\(cookie)\(item.isTerminal ? " terminal" : "")")
        }
        for filter in filters {
            parts.append("filter \(filter.entry) disabled=\(filter.isDisabled) config=\(filter.config != nil)")
        }
        return parts.joined(separator: " ").replacingOccurrences(of: "GatewayConfiguration.", with: "")
    }
}

extension HeaderChangeConfiguration {
    fileprivate var summary: String { "set=\(set) add=\(add) remove=\(remove)" }
}

extension FilterEntryConfiguration {
    fileprivate var summary: [String] {
        let order = "\(phase.rawValue) \(priority) \(failStrategy.rawValue)"
        let head = "filter \(filter) name=\(name) \(order) config=\(config != nil) onlyByRule=\(runsOnlyByRule)"
        return [head]
            + matchRules.map { rule in
                "  rule domains=\(rule.domains) routes=\(rule.routes) services=\(rule.services) "
                    + "config=\(rule.config != nil) disabled=\(rule.isDisabled)"
            }
    }
}
