import NIOCore
import Synchronization

@testable import Upstream

/// Answers as a test says; a name without an answer is not resolved until there is one.
final class ScriptedResolver: AddressResolver {
    private struct Script: Sendable {
        var answers: [String: Result<[SocketAddress], ResolutionError>] = [:]
        var waiting: [(host: String, promise: EventLoopPromise<[SocketAddress]>)] = []
        var isStrict = false
    }

    private let script = Mutex(Script())
    private let questions = AsyncStream.makeStream(of: String.self)

    init(_ answers: [String: [SocketAddress]] = [:]) {
        for (host, addresses) in answers { answer(host, .success(addresses)) }
    }

    func answer(_ host: String, _ result: Result<[SocketAddress], ResolutionError>) {
        let ready = script.withLock { script in
            script.answers[host] = result
            let ready = script.waiting.filter { $0.host == host }
            script.waiting.removeAll { $0.host == host }
            return ready
        }
        for (_, promise) in ready { promise.completeWith(result.mapError { $0 }) }
    }

    /// Waits until a name is asked for.
    func question() async -> String? {
        for await host in questions.stream { return host }
        return nil
    }

    /// Fails what still waits.
    func giveUp() {
        let waiting = script.withLock { script in
            defer { script.waiting = [] }
            return script.waiting
        }
        for (host, promise) in waiting { promise.fail(ResolutionError(host: host, reason: "given up")) }
    }

    func addresses(of host: String, port: Int, on eventLoop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let known = script.withLock { script in
            if script.answers[host] == nil { script.waiting.append((host, promise)) }
            return script.answers[host]
        }
        if let known { promise.completeWith(known.mapError { $0 }) }
        questions.continuation.yield(host)
        return promise.futureResult
    }
}
