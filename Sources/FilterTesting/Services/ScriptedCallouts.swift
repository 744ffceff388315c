import FilterAPI
import NIOCore
import Upstream

/// Answers filters' callouts by the scripts of the test. Confined to the event loop.
final class ScriptedCallouts: Callouts {
    private let eventLoop: any EventLoop
    private let services: ScriptedServices
    /// Calls that wait for virtual time.
    private(set) var waiting = 0

    init(eventLoop: any EventLoop, services: ScriptedServices) {
        self.eventLoop = eventLoop
        self.services = services
    }

    nonisolated(nonsending) func http(
        _ request: CalloutRequest,
        to service: ServiceReference
    ) async throws -> CalloutResponse {
        let scripted = self.services.service(service.name)
        guard let script = scripted.script else {
            throw CalloutError(.connectFailure, "the test scripts no service \(service.name)")
        }
        let received = scripted.begin(ServiceRequest(request, to: service))
        do {
            let steps = ResponseScript(script(received.value), to: request.method, chunking: .whole).steps
            return try await self.play(steps, request)
        } catch {
            received.update { $0.isCancelled = true }
            throw error
        }
    }

    nonisolated(nonsending) func redis(_ command: [ByteBuffer], on target: RedisTarget) async throws -> RedisValue {
        let server = self.services.redis(target.service.name)
        switch server.perform(command, target, now: self.eventLoop.now) {
        case .reply(let value): return value
        case .failure(let error): throw error
        case .late(let delay, let then):
            try await self.wait(delay.map { min($0, target.timeout) })
            if let delay, delay >= target.timeout {
                throw CalloutError(.timeout, "no reply in \(target.timeout)")
            }
            return try then.get()
        }
    }

    nonisolated(nonsending) private func play(
        _ steps: [ResponseScript.Step],
        _ request: CalloutRequest
    ) async throws -> CalloutResponse {
        var response = CalloutResponse(status: 0)
        var left = request.timeout
        for step in steps {
            switch step {
            case .wait(let time):
                try await self.wait(min(time, left))
                left -= time
                guard left > .zero else { throw CalloutError(.timeout, "no answer in \(request.timeout)") }
            case .informational: break
            case .head(let head, _):
                response.status = head.status
                response.headers = head.headers
            case .part(let part):
                response.body.writeImmutableBuffer(part)
                guard response.body.readableBytes <= request.maximumResponseBytes else {
                    throw CalloutError(.tooLarge, "an answer of more than \(request.maximumResponseBytes) bytes")
                }
            case .end, .fresh: break
            case .fail(let code): throw CalloutError(code == .connectFailure ? .connectFailure : .reset, "scripted")
            case .silence:
                try await self.wait(left)
                throw CalloutError(.timeout, "no answer in \(request.timeout)")
            }
        }
        return response
    }

    nonisolated(nonsending) private func wait(_ time: Duration?) async throws {
        self.waiting += 1
        defer { self.waiting -= 1 }
        try await VirtualWait.wait(time.map { TimeAmount($0) }, on: self.eventLoop)
    }
}

extension ServiceRequest {
    fileprivate init(_ request: CalloutRequest, to service: ServiceReference) {
        let head = RequestHead(
            method: request.method,
            authority: request.host ?? service.host,
            path: request.path,
            headers: request.headers
        )
        let length = request.body.readableBytes
        self.init(service: service.name, head: head, framing: length > 0 ? .length(length) : .none)
        self.body = request.body
        self.isComplete = true
    }
}
