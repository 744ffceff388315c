import FilterAPI
import Logging
import NIOCore
import Synchronization

/// Asks a service about each request, and lets those pass that it answers with 2xx.
final class ExtAuth: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "ext-auth"
    static let phase = FilterPhase.authn
    static let priority = 360
    static let summary = "Asks a service over HTTP whether a request may pass."

    private let configuration: ExtAuthConfiguration
    private let authority: Authority
    private let exchange: AuthorityExchange
    private let logger: Logger
    /// When a failure was last logged, in nanoseconds of the streams' clock.
    private let lastWarning = Atomic<UInt64>(0)

    private static let failureField = HeaderName("x-envoy-auth-failure-mode-allowed")

    init(_ configuration: ExtAuthConfiguration, _ environment: FilterEnvironment) throws {
        guard let authority = configuration.authority else {
            throw ConfigurationMistake("http_service names no service that can be used")
        }
        self.configuration = configuration
        self.authority = authority
        self.exchange = AuthorityExchange(authority)
        self.logger = environment.logger
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        if self.configuration.marksOnFailure { stream.request.headers.remove(Self.failureField) }
        guard self.configuration.match.asks(about: stream.request) else {
            self.exchange.removeUnsaid(from: &stream.request)
            return .continue
        }
        if let limit = self.authority.bodyLimit, stream.requestHasBody, stream.request.method.carriesBody {
            return .collect(limit: limit)
        }
        return .suspend { try await self.ask(stream, body: nil) }
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        let body = body
        return .suspend { try await self.ask(stream, body: body) }
    }

    nonisolated(nonsending) private func ask(_ stream: StreamContext, body: ByteBuffer?) async throws -> FilterAction {
        let question = self.exchange.question(stream.request, body)
        do {
            let answer = try await stream.callouts.http(question, to: self.authority.service)
            switch answer.status {
            case 200...299:
                self.exchange.apply(answer, to: stream)
                return .continue
            case 300...499:
                return .respond(
                    self.exchange.refusal(answer, status: answer.status, detail: "ext-auth.unauthorized")
                )
            default:
                return self.failed(stream, "the status is \(answer.status)", answer)
            }
        } catch let error as CalloutError where error.code != .cancelled {
            return self.failed(stream, error.description, nil)
        }
    }

    /// What becomes of a request about which nobody could say anything.
    private func failed(_ stream: StreamContext, _ reason: String, _ answer: CalloutResponse?) -> FilterAction {
        self.warn("\(self.authority.service.name) cannot be asked: \(reason)", stream.clock.now)
        if self.configuration.allowsOnFailure {
            self.exchange.removeUnsaid(from: &stream.request)
            if self.configuration.marksOnFailure { stream.request.headers[Self.failureField] = "true" }
            return .continue
        }
        let status = self.configuration.statusOnError
        guard let answer else {
            return .respond(LocalResponse(refusing: stream.request, status: status, detail: "ext-auth.unavailable"))
        }
        return .respond(self.exchange.refusal(answer, status: status, detail: "ext-auth.unavailable"))
    }

    /// Logs, at most once a second.
    private func warn(_ message: String, _ now: NIODeadline) {
        let last = self.lastWarning.load(ordering: .relaxed)
        guard last == 0 || now.uptimeNanoseconds >= last &+ 1_000_000_000 else { return }
        let isFirst = self.lastWarning.compareExchange(
            expected: last,
            desired: max(1, now.uptimeNanoseconds),
            ordering: .relaxed
        ).exchanged
        if isFirst { self.logger.warning("\(message)") }
    }
}
