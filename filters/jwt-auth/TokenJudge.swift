import FilterAPI
import NIOCore

/// Says whose a token is.
struct TokenJudge: Sendable {
    private struct Consumer {
        let issuer: String
        let audiences: [String]
        let keys: KeySource
        let places: Set<Int>
        let claimHeaders: [ClaimHeader]
        let clockSkew: Int
    }

    /// What is known of a token.
    enum Judgement {
        case verified(VerifiedToken)
        case refused(JWTReason)
        /// It is that of consumers who may not pass.
        case forbidden
        /// Keys are needed first.
        case wait(KeyWait)
    }

    private let consumers: [Consumer]
    private let byIssuer: [String: [Int]]
    private let known: KnownConsumers

    /// How long a verified token is not verified again, in seconds.
    private static let memory = 300

    init(_ consumers: [JWTAuthConfiguration.Consumer], _ known: KnownConsumers, _ places: TokenPlaces, _ shared: Shared)
    {
        self.known = known
        self.consumers = consumers.map { consumer in
            Consumer(
                issuer: consumer.issuer,
                audiences: consumer.audiences,
                keys: shared.source(consumer.keys),
                places: Set(consumer.places.compactMap { places.places.firstIndex(of: $0) }),
                claimHeaders: consumer.claimHeaders,
                clockSkew: consumer.clockSkew
            )
        }
        self.byIssuer = Dictionary(grouping: consumers.indices) { consumers[$0].issuer }
    }

    /// Judges a token that stands at a place.
    ///
    /// Consumers are tried in the configuration's order; the reason is that of the first one whose issuer the token names.
    func judge(_ token: [UInt8], at place: Int, _ stream: StreamContext) -> Judgement {
        do {
            return try self.judge(JSONWebToken(token), at: place, stream)
        } catch {
            return .refused(error)
        }
    }

    /// Whether what was found out about a token still holds: its consumer's keys are the same, and take it from this place.
    func isCurrent(_ token: VerifiedToken, at place: Int, _ stream: StreamContext) -> Bool {
        let consumer = self.consumers[token.consumer]
        guard consumer.places.contains(place), self.known.mayPass(token.consumer) else { return false }
        guard case .ready(let keys) = consumer.keys.look(stream) else { return false }
        return keys === token.keys
    }

    private func judge(_ token: JSONWebToken, at place: Int, _ stream: StreamContext) throws(JWTReason) -> Judgement {
        let second = Int(stream.clock.nanosecondsSince1970 / 1_000_000_000)
        var reason: JWTReason?
        var isForbidden = false
        for index in self.byIssuer[token.claims.issuer ?? ""] ?? [] {
            let consumer = self.consumers[index]
            guard consumer.places.contains(place) else { continue }
            if let objection = self.objection(to: token.claims, consumer, second) {
                reason = reason ?? objection
                continue
            }
            switch consumer.keys.look(stream) {
            case .wait(let wait): return .wait(wait)
            case .unavailable: reason = reason ?? .fetchFailed
            case .ready(let keys):
                if let objection = keys.reason(against: token) {
                    if objection == .noMatchingKey { consumer.keys.missedKey(stream) }
                    reason = reason ?? objection
                } else if !self.known.mayPass(index) {
                    isForbidden = true
                } else {
                    return .verified(self.verified(token, index, keys, second, stream.clock.now))
                }
            }
        }
        if isForbidden { return .forbidden }
        throw reason ?? .unknownIssuer
    }

    private func objection(to claims: JWTClaims, _ consumer: Consumer, _ second: Int) -> JWTReason? {
        if let reason = claims.reason(atSecond: second, skew: consumer.clockSkew) { return reason }
        let isMeant = consumer.audiences.isEmpty || claims.audiences.contains { consumer.audiences.contains($0) }
        return isMeant ? nil : .audienceNotAllowed
    }

    private func verified(
        _ token: JSONWebToken,
        _ index: Int,
        _ keys: VerificationKeys,
        _ second: Int,
        _ now: NIODeadline
    ) -> VerifiedToken {
        let consumer = self.consumers[index]
        let left = token.claims.expiration.map { $0 + consumer.clockSkew - second } ?? Self.memory
        return VerifiedToken(
            consumer: index,
            keys: keys,
            fields: consumer.claimHeaders.map { $0.field(token.claims.document) },
            end: now + .seconds(Int64(min(Self.memory, max(0, left))))
        )
    }
}

/// What is remembered of a token whose signature was right.
struct VerifiedToken: Sendable {
    let consumer: Int
    /// What verified it; a token is verified anew when its issuer has other keys.
    let keys: VerificationKeys
    let fields: [ClaimField]
    /// Until when this holds: the token's own end is not later.
    let end: NIODeadline
}

extension TokenJudge {
    /// Makes sources of keys; those of services are shared by all builds of the process.
    struct Shared {
        let environment: FilterEnvironment

        func source(_ keys: JWTAuthConfiguration.Consumer.Keys) -> KeySource {
            switch keys {
            case .inline(let set): return .inline(InlineKeys(set))
            case .remote(let location):
                let service = location.service
                let name =
                    "jwt-auth/\(service.name)/\(service.port)/\(service.host)\(location.path) \(location.lifetime)"
                return .remote(
                    self.environment.shared.object(name) { RemoteKeys(location, self.environment.logger) }
                )
            }
        }
    }
}
