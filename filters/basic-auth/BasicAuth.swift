import FilterAPI
import NIOCore

/// Lets requests pass that carry user and password of a known consumer.
///
/// Passwords that stand as they are cost one look-up. Those that stand as bcrypt hashes are checked on threads of their
/// own while the stream waits, and then remembered for a minute by a digest, so that a client that sends its password
/// with each request pays for it once.
///
/// Source: RFC 7617.
final class BasicAuth: Filter, RequestHeadHook {
    static let name = "basic-auth"
    static let phase = FilterPhase.authn
    static let priority = 320
    static let summary = "Authenticates consumers by user and password (HTTP Basic)."
    static let ruleKeys: Set<String> = ["allow"]

    private let consumers: KnownConsumers
    private let users: BasicUsers
    private let checks: PasswordChecks
    private let remembered = RememberedCredentials<Int>(capacity: 4096)
    private let challenge: Challenge

    /// How long a password that was right is not checked again.
    private static let memory = TimeAmount.seconds(60)

    init(_ configuration: BasicAuthConfiguration, _ environment: FilterEnvironment) {
        let names = configuration.consumers.map(\.name)
        self.consumers = KnownConsumers(names, configuration.access, environment.scope)
        self.users = BasicUsers(configuration.consumers)
        self.checks = PasswordChecks(on: environment.shared.object("basic-auth/hashing") { HashingQueue() })
        self.challenge = Challenge("Basic", realm: configuration.realm)
    }

    func makeStream(_ stream: StreamContext) -> BasicAuth? { self.consumers.areAsked ? self : nil }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        switch self.look(at: stream.request.headers) {
        case .nobody: return self.refuse(stream)
        case .consumer(let consumer): return self.admit(consumer, stream)
        case .unchecked(let attempt):
            if let consumer = self.remembered.value(of: attempt.digest, now: stream.clock.now) {
                return self.admit(consumer, stream)
            }
            return .suspend { await self.check(attempt, stream) }
        }
    }

    /// One `Authorization` field of this scheme counts; with two of them nobody can tell which is meant.
    private func look(at headers: HeaderFields) -> BasicUsers.Finding {
        var finding = BasicUsers.Finding.nobody
        var count = 0
        headers.forEachValue(of: .authorization) { value in
            guard let token = token(after: "basic ", in: value) else { return }
            count += 1
            if count == 1 { finding = self.users.look(at: token) }
        }
        return count == 1 ? finding : .nobody
    }

    nonisolated(nonsending) private func check(
        _ attempt: BasicUsers.Attempt,
        _ stream: StreamContext
    ) async -> FilterAction {
        switch await self.checks.check(attempt.password, against: attempt.hash, attempt.digest) {
        case .matches:
            guard let consumer = attempt.consumer else { return self.refuse(stream) }
            self.remembered.remember(consumer, of: attempt.digest, until: stream.clock.now + Self.memory)
            return self.admit(consumer, stream)
        case .differs, .cancelled:
            return self.refuse(stream)
        case .overload:
            return .respond(
                LocalResponse(
                    refusing: stream.request,
                    status: 503,
                    headers: ["retry-after": "1"],
                    detail: "basic-auth.overload"
                )
            )
        }
    }

    private func admit(_ consumer: Int, _ stream: StreamContext) -> FilterAction {
        guard self.consumers.mayPass(consumer) else {
            return .respond(self.challenge.refusal(of: stream.request, 403, "basic-auth.forbidden"))
        }
        self.consumers.announce(consumer, on: stream)
        return .continue
    }

    private func refuse(_ stream: StreamContext) -> FilterAction {
        .respond(self.challenge.refusal(of: stream.request, 401, "basic-auth.unauthorized"))
    }
}
