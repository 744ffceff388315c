import FilterAPI
import FilterRuntime
import NIOCore
import Upstream

/// The upstream's end of one request: takes the request, then plays the service's script.
///
/// It is as strict as a real one: more or fewer bytes than announced break the exchange, nothing is delivered within
/// `begin` or while paused, and nothing after the end. Confined to the event loop.
final class ScriptedExchange: UpstreamExchange {
    private let core: GatewayCore
    private let service: TestService
    private let method: HTTPMethod
    private let framing: RequestFraming
    private let received: ReceivedRequest
    private weak var receiver: (any UpstreamReceiver)?

    private var steps: ArraySlice<ResponseScript.Step>?
    private var isPaused = false
    private var isOver = false
    private var isWaiting = false
    private var bodyBytes = 0
    private var unread = 0
    private var isRequestEnded = false

    /// How many bytes of a request wait in the connection while the service does not read.
    static let window = 64 * 1024

    init(
        core: GatewayCore,
        service: TestService,
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) {
        self.core = core
        self.service = service
        self.method = request.method
        self.framing = framing
        self.receiver = receiver
        self.received = service.begin(
            ServiceRequest(service: service.name, head: request, framing: ServiceRequest.Framing(framing))
        )
    }

    var record: ReceivedRequest { self.received }

    var isWritable: Bool { !self.core.isUpstreamPaused || self.unread < ScriptedExchange.window }

    /// The request's head is there; in a later turn the exchange goes on.
    func begin() {
        self.core.exchanges.append(self)
        self.receiver?.upstreamConnected(to: "127.0.0.1:80")
        let isComplete = self.framing == .none || self.framing == .length(0)
        self.later {
            if isComplete {
                self.endRequest(nil)
            } else if self.service.answersBeforeBody {
                self.answer()
            }
        }
    }

    func send(body: ByteBuffer) {
        guard !self.isOver, !self.isRequestEnded else { return }
        self.bodyBytes += body.readableBytes
        if case .length(let length) = self.framing, self.bodyBytes > length {
            return self.later { self.fail(.protocolError, "more of the body than announced") }
        }
        if self.framing == .none {
            return self.later { self.fail(.protocolError, "a body that was not announced") }
        }
        self.core.upstreamBytesReceived += body.readableBytes
        if self.core.keepsBodies { self.received.update { $0.receive(body) } }
        if self.core.isUpstreamPaused { self.unread += body.readableBytes }
    }

    func sendEnd(trailers: HeaderFields?) {
        guard !self.isOver, !self.isRequestEnded else { return }
        if case .length(let length) = self.framing, self.bodyBytes < length {
            return self.later { self.fail(.protocolError, "less of the body than announced") }
        }
        self.later { self.endRequest(trailers) }
    }

    func flush() {}

    func pauseReading() { self.isPaused = true }

    func resumeReading() {
        self.isPaused = false
        self.later { self.play() }
    }

    func cancel() {
        guard !self.isOver else { return }
        self.received.update { $0.isCancelled = true }
        self.finish()
    }

    /// The service reads again.
    func upstreamResumed() {
        self.unread = 0
        if !self.isOver { self.receiver?.upstreamWritabilityChanged(isWritable: true) }
    }

    private func later(_ body: @escaping () -> Void) {
        self.core.eventLoop.assumeIsolated().execute(body)
    }

    private func endRequest(_ trailers: HeaderFields?) {
        guard !self.isOver, !self.isRequestEnded else { return }
        self.isRequestEnded = true
        self.received.update {
            $0.isComplete = true
            $0.trailers = trailers
        }
        self.answer()
    }
}

// The answer.
extension ScriptedExchange {
    private func answer() {
        guard self.steps == nil, !self.isOver else { return }
        let response = self.service.script?(self.received.value) ?? .unreachable
        self.steps = ResponseScript(response, to: self.method, chunking: self.core.chunking).steps[...]
        self.play()
    }

    private func play() {
        while !self.isOver, !self.isPaused, !self.isWaiting, let step = self.steps?.popFirst() {
            self.play(step)
        }
    }

    private func play(_ step: ResponseScript.Step) {
        switch step {
        case .wait(let time): self.wait(time)
        case .informational(let head): self.receiver?.upstreamInformational(head)
        case .head(var head, let hasBody):
            self.receiver?.upstreamHead(&head, hasBody: hasBody)
            self.receiver?.upstreamReadComplete()
        case .part(let part):
            self.core.upstreamBytesSent += part.readableBytes
            self.receiver?.upstreamBody(part)
            self.receiver?.upstreamReadComplete()
        case .fresh(let size):
            self.core.upstreamBytesSent += size
            self.receiver?.upstreamBody(ByteBuffer.letters(size))
            self.receiver?.upstreamReadComplete()
        case .end(let trailers):
            let receiver = self.receiver
            self.finish()
            receiver?.upstreamEnd(trailers: trailers)
        case .fail(let code): self.fail(code, "scripted")
        case .silence: break
        }
    }

    private func wait(_ time: Duration) {
        self.isWaiting = true
        self.core.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) {
            self.isWaiting = false
            self.play()
        }
    }

    private func fail(_ code: UpstreamFailure.Code, _ message: String) {
        guard !self.isOver else { return }
        let receiver = self.receiver
        self.finish()
        receiver?.upstreamFailed(UpstreamFailure(code, message))
    }

    private func finish() {
        self.isOver = true
        self.steps = []
        self.receiver = nil
        self.core.exchanges.removeAll { $0 === self }
    }
}

extension ServiceRequest.Framing {
    fileprivate init(_ framing: RequestFraming) {
        switch framing {
        case .none: self = .none
        case .length(let length): self = .length(length)
        case .chunked: self = .chunked
        }
    }
}

/// Begins exchanges with one service.
final class ScriptedServiceStart: RequestStarting {
    weak var core: GatewayCore?
    private let service: TestService

    init(service: TestService) {
        self.service = service
    }

    func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        guard let core = self.core else { return GoneExchange() }
        let exchange = ScriptedExchange(
            core: core,
            service: self.service,
            request: request,
            framing: framing,
            receiver: receiver
        )
        core.upstreamRequests.append(exchange.record)
        exchange.begin()
        return exchange
    }
}

/// An exchange of a gateway that is gone.
private final class GoneExchange: UpstreamExchange {
    var isWritable: Bool { true }
    func send(body: ByteBuffer) {}
    func sendEnd(trailers: HeaderFields?) {}
    func flush() {}
    func pauseReading() {}
    func resumeReading() {}
    func cancel() {}
}
