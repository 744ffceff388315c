import FilterAPI
import NIOCore

/// Keeps filters out of the streams of requests that carry a header field with a certain value.
final class SkipHeader: Filter, RequestHeadHook, ResponseHeadHook, RequestExplainer {
    static let name = "skip-header"
    static let phase = FilterPhase.authn
    static let priority = 1000
    static let summary = "Skips filters for requests that carry a header field with a certain value."

    private let rules: [SkipRule]
    private let skipsCache: Bool

    /// The filter that has a say in responses and the access log even where it is skipped.
    private static let cache = "ai-cache"

    init(_ configuration: SkipHeaderConfiguration, _ environment: FilterEnvironment) {
        self.rules = configuration.rules
        self.skipsCache = configuration.rules.contains { $0.filters.contains(SkipHeader.cache) }
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        var dropsHeaders = false
        for rule in self.rules where rule.matches(stream.request.headers) {
            for filter in rule.filters {
                stream.skip(filter: filter)
                if filter == SkipHeader.cache { stream.setAILog("cache_status", "skip") }
            }
            if rule.removesHeader { dropsHeaders = true }
        }
        if dropsHeaders { self.dropHeaders(of: &stream.request) }
        return .continue
    }

    /// Drops the headers after all rules have seen them.
    private func dropHeaders(of request: inout RequestHead) {
        let matching = self.rules.filter { $0.removesHeader && $0.matches(request.headers) }
        for rule in matching { request.headers.remove(rule.header) }
    }

    /// Says in the cache's stead that it was left out.
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard self.skipsCache, !stream.aiLog.isEmpty, !stream.response.headers.contains(.xSluiceCache) else {
            return .continue
        }
        if stream.aiLog.contains(where: { $0.key == "cache_status" && $0.value == "skip" }) {
            stream.response.headers.add(.cacheStatus, "sluice; fwd=request")
            stream.response.headers.set(.xSluiceCache, "skip")
        }
        return .continue
    }

    func skips(for request: RequestHead) -> [(filter: String, reason: String)] {
        self.rules.filter { $0.matches(request.headers) }.flatMap { rule in
            rule.filters.map { (filter: $0, reason: "\(rule.header): \(rule.value)") }
        }
    }
}
