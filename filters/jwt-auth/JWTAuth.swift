import FilterAPI
import NIOCore

/// Lets requests pass that carry a JSON Web Token of a known issuer.
///
/// A token is verified once and then remembered, by a digest, for five minutes at most and never beyond its end: a further
/// request with it costs the digest and a look into a table. A stream waits only when keys are needed that are not there yet.
///
/// Source: RFC 7519; RFC 8725 for what is not believed of a token's header.
final class JWTAuth: Filter, RequestHeadHook {
    static let name = "jwt-auth"
    static let phase = FilterPhase.authn
    static let priority = 340
    static let summary = "Authenticates consumers by JSON Web Tokens."
    static let ruleKeys: Set<String> = ["allow"]

    /// A token in a request.
    private struct Found {
        let token: [UInt8]
        let place: Int
        let digest: CredentialDigest
    }

    /// What a request comes to.
    private enum Decision {
        case action(FilterAction)
        case wait(KeyWait)
    }

    private let consumers: KnownConsumers
    private let places: TokenPlaces
    /// The header fields of the operator's choice, which nobody else takes for secret.
    private let ownFields: [HeaderName]
    private let judge: TokenJudge
    private let keepsToken: [Bool]
    private let remembered = RememberedCredentials<VerifiedToken>(capacity: 8192)
    private let digester = CredentialDigester()

    /// More tokens than this are no request that anybody means.
    private static let maximumTokens = 4

    init(_ configuration: JWTAuthConfiguration, _ environment: FilterEnvironment) {
        let names = configuration.consumers.map(\.name)
        self.consumers = KnownConsumers(names, configuration.access, environment.scope)
        let places = configuration.consumers.flatMap(\.places)
        self.places = TokenPlaces(places)
        self.ownFields = SecretHeaderFields.others(
            of: places.compactMap { if case .header(let name, _) = $0 { name } else { nil } }
        )
        self.judge = TokenJudge(
            configuration.consumers,
            self.consumers,
            self.places,
            TokenJudge.Shared(environment: environment)
        )
        self.keepsToken = configuration.consumers.map(\.keepsToken)
    }

    /// Keeps tokens out of logs, also of streams that are answered before this filter's turn.
    func makeStream(_ stream: StreamContext) -> JWTAuth? {
        if !self.places.parameters.isEmpty { stream.maskQueryParameters(self.places.parameters) }
        if !self.ownFields.isEmpty { stream.maskHeaderFields(self.ownFields) }
        return self.consumers.areAsked ? self : nil
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        var found: [Found] = []
        self.places.forEachToken(in: stream) { token, place in
            guard found.count <= Self.maximumTokens else { return }
            found.append(Found(token: Array(token), place: place, digest: self.digester.digest(token)))
        }
        guard !found.isEmpty else { return self.refuse(.missing) }
        guard found.count <= Self.maximumTokens else { return self.refuse(.multipleTokens) }
        switch self.decide(found, stream) {
        case .action(let action): return action
        case .wait(let wait):
            let tokens = found
            return .suspend { try await self.decide(tokens, stream, after: wait) }
        }
    }

    nonisolated(nonsending) private func decide(
        _ found: [Found],
        _ stream: StreamContext,
        after first: KeyWait
    ) async throws -> FilterAction {
        try await first()
        // Each round ends the wait for one consumer's keys.
        for _ in 0..<32 {
            switch self.decide(found, stream) {
            case .action(let action): return action
            case .wait(let wait): try await wait()
            }
        }
        return self.refuse(.fetchFailed)
    }

    /// All tokens of a request have to be good, and of the same consumer: who asks must not depend on which is looked at.
    private func decide(_ found: [Found], _ stream: StreamContext) -> Decision {
        var verified: VerifiedToken?
        for token in found {
            switch self.judgement(token, stream) {
            case .verified(let next):
                if let verified, verified.consumer != next.consumer { return .action(self.refuse(.multipleTokens)) }
                verified = next
            case .refused(let reason): return .action(self.refuse(reason))
            case .forbidden: return .action(self.forbid())
            case .wait(let wait): return .wait(wait)
            }
        }
        guard let verified else { return .action(self.refuse(.missing)) }
        return .action(self.admit(verified, found, stream))
    }

    private func judgement(_ found: Found, _ stream: StreamContext) -> TokenJudge.Judgement {
        let now = stream.clock.now
        if let known = self.remembered.value(of: found.digest, now: now),
            self.judge.isCurrent(known, at: found.place, stream)
        {
            return .verified(known)
        }
        let judgement = self.judge.judge(found.token, at: found.place, stream)
        if case .verified(let token) = judgement {
            self.remembered.remember(token, of: found.digest, until: token.end)
        }
        return judgement
    }

    private func admit(_ verified: VerifiedToken, _ found: [Found], _ stream: StreamContext) -> FilterAction {
        if !self.keepsToken[verified.consumer] {
            for token in found { self.places.remove(token.place, from: &stream.request) }
        }
        for field in verified.fields { field.apply(to: &stream.request.headers) }
        self.consumers.announce(verified.consumer, on: stream)
        return .continue
    }

    private func refuse(_ reason: JWTReason) -> FilterAction {
        let error = reason == .missing ? "" : #", error="invalid_token""#
        return .respond(
            LocalResponse(
                status: 401,
                headers: [.wwwAuthenticate: #"Bearer realm="MSE Gateway"\#(error)"#],
                text: reason.rawValue,
                detail: reason.detail
            )
        )
    }

    private func forbid() -> FilterAction {
        .respond(LocalResponse(status: 403, text: "Access Denied", detail: "jwt-auth.forbidden"))
    }
}
