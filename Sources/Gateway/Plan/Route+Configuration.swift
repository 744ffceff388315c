import FilterAPI
import GatewayConfiguration
import NIOCore
import Upstream

extension HeaderChange {
    init(_ change: HeaderChangeConfiguration) {
        self.init(
            set: change.set.map { (HeaderName($0.0), $0.1) },
            add: change.add.map { (HeaderName($0.0), $0.1) },
            remove: change.remove.map { HeaderName($0) }
        )
    }
}

extension RetryPolicy {
    init(_ retry: RetryConfiguration) {
        self.init(
            attempts: retry.attempts,
            conditions: Set(retry.conditions.map { Condition($0) }),
            perTryTimeout: retry.perTryTimeout.map { TimeAmount($0) },
            budget: Budget(percent: retry.budget.percent, minimum: retry.budget.minimum)
        )
    }
}

extension RetryPolicy.Condition {
    fileprivate init(_ condition: RetryConfiguration.Condition) {
        switch condition {
        case .connectFailure: self = .connectFailure
        case .reset: self = .reset
        case .serverError: self = .serverError
        case .status(let status): self = .status(status)
        }
    }
}

extension InternalRedirect {
    init(_ redirect: InternalRedirectConfiguration) {
        self.init(
            statuses: redirect.statuses,
            maximum: redirect.maximum,
            keepsHost: redirect.keepsHost,
            schemes: redirect.schemes.map { Set($0.compactMap { RequestHead.Scheme(rawValue: $0) }) }
        )
    }
}

extension HashPolicy.Item {
    init(_ item: HashPolicyConfiguration) {
        self.init(
            HashKey(item.key),
            cookie: item.cookie.map { AffinityCookie(name: $0.name, lifetime: $0.lifetime, path: $0.path) },
            isTerminal: item.isTerminal
        )
    }
}

extension HashKey {
    init(_ key: LoadBalancingConfiguration.Hash) {
        switch key {
        case .header(let name): self = .header(name)
        case .cookie(let name): self = .cookie(name)
        case .query(let name): self = .query(name)
        case .sourceAddress: self = .sourceAddress
        }
    }
}
