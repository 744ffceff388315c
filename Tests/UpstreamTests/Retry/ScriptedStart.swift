import FilterAPI
import NIOCore
import Upstream

/// A service that a test plays: keeps what was begun, and lets the test answer.
final class ScriptedStart: RequestStarting {
    private(set) var tries: [ScriptedTry] = []
    /// What each further try was to avoid.
    private(set) var avoided: [String?] = []

    func begin(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver
    ) -> any UpstreamExchange {
        let exchange = ScriptedTry(receiver)
        self.tries.append(exchange)
        receiver.upstreamConnected(to: "10.0.0.\(self.tries.count):80")
        return exchange
    }

    func beginAgain(
        request: RequestHead,
        framing: RequestFraming,
        receiver: any UpstreamReceiver,
        avoiding endpoint: String?
    ) -> any UpstreamExchange {
        self.avoided.append(endpoint)
        return self.begin(request: request, framing: framing, receiver: receiver)
    }
}

/// One request at a ``ScriptedStart``; keeps to the contract of exchanges.
final class ScriptedTry: UpstreamExchange {
    private var receiver: (any UpstreamReceiver)?
    private(set) var body = ""
    private(set) var hasEnded = false
    private(set) var isCancelled = false
    private(set) var isReading = true
    var isWritable = true

    init(_ receiver: any UpstreamReceiver) { self.receiver = receiver }

    func send(body: ByteBuffer) { self.body += String(buffer: body) }
    func sendEnd(trailers: HeaderFields?) { self.hasEnded = true }
    func flush() {}
    func pauseReading() { self.isReading = false }
    func resumeReading() { self.isReading = true }

    func cancel() {
        self.isCancelled = true
        self.receiver = nil
    }

    func answer(_ status: Int, body: String = "") {
        var head = ResponseHead(status: status)
        self.receiver?.upstreamHead(&head, hasBody: !body.isEmpty)
        if !body.isEmpty { self.receiver?.upstreamBody(ByteBuffer(string: body)) }
        let receiver = self.receiver
        self.receiver = nil
        receiver?.upstreamEnd(trailers: nil)
    }

    func inform(_ status: Int) {
        self.receiver?.upstreamInformational(ResponseHead(status: status))
    }

    func fail(_ code: UpstreamFailure.Code) {
        let receiver = self.receiver
        self.receiver = nil
        receiver?.upstreamFailed(UpstreamFailure(code, "scripted"))
    }
}

/// Keeps what the caller of an exchange is told, a word a call.
final class CallerRecord: UpstreamReceiver {
    private(set) var told: [String] = []
    private(set) var isWritable = true

    func upstreamConnected(to endpoint: String) {}
    func upstreamInformational(_ head: ResponseHead) { self.told.append("informational \(head.status)") }
    func upstreamHead(_ head: inout ResponseHead, hasBody: Bool) { self.told.append("head \(head.status)") }
    func upstreamBody(_ chunk: ByteBuffer) { self.told.append("body \(String(buffer: chunk))") }
    func upstreamEnd(trailers: HeaderFields?) { self.told.append("end") }
    func upstreamReadComplete() {}
    func upstreamFailed(_ failure: UpstreamFailure) { self.told.append("failed \(failure.code.rawValue)") }
    func upstreamWritabilityChanged(isWritable: Bool) { self.isWritable = isWritable }
    func upstreamRerouted(to service: String) { self.told.append("rerouted \(service)") }
    func upstreamGaveUp(_ flag: String) { self.told.append("gave up \(flag)") }
}
