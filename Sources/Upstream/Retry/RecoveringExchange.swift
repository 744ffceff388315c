import FilterAPI
import NIOCore

/// One request that may be tried several times: to its caller one exchange, to the services one after the other.
///
/// Nothing of an answer reaches the caller until it is decided that it is the last one. How the files divide it: the
/// caller's end (here), the services' end (`RecoveringExchange+Tries`).
final class RecoveringExchange {
    let service: RecoveringService
    let request: RequestHead
    let framing: RequestFraming
    var receiver: (any UpstreamReceiver)?
    /// The try under way; none during a pause.
    var current: (any UpstreamExchange)?
    var copy: RequestCopy
    /// Tries at the route's own service.
    var tries = 0
    var isAtFallback = false
    /// Whether the ledger counts a further try of this request.
    var isRetrying = false
    /// Whether the caller has seen something of an answer.
    var hasPassed = false
    private(set) var isPaused = false
    /// The pause, or the time of one try.
    var timer: Scheduled<Void>?
    /// When the last try began.
    var tryStart = NIODeadline.now()
    /// Where the last try went.
    var endpoint: String?

    init(
        _ service: RecoveringService,
        _ request: RequestHead,
        _ framing: RequestFraming,
        _ receiver: any UpstreamReceiver
    ) {
        self.service = service
        self.request = request
        self.framing = framing
        self.receiver = receiver
        self.copy = RequestCopy(limit: service.bodyLimit)
        service.ledger.activeRequests += 1
    }

    /// Lets go of everything; nothing is told to the caller after this.
    func end() {
        guard receiver != nil else { return }
        settleRetry()
        service.ledger.activeRequests -= 1
        timer?.cancel()
        timer = nil
        receiver = nil
        current = nil
        copy.forget()
    }

    /// The further try that the ledger counts has its outcome.
    func settleRetry() {
        guard isRetrying else { return }
        isRetrying = false
        service.ledger.activeRetries -= 1
        service.service.retryEnded()
    }
}

extension RecoveringExchange: UpstreamExchange {
    var isWritable: Bool { current?.isWritable ?? false }

    func send(body: ByteBuffer) {
        guard receiver != nil else { return }
        if !hasPassed { copy.append(body, isQueued: current == nil) }
        current?.send(body: body)
    }

    func sendEnd(trailers: HeaderFields?) {
        guard receiver != nil else { return }
        copy.end(trailers: trailers)
        current?.sendEnd(trailers: trailers)
        if timer == nil, !framing.isEmpty { limitTry() }
    }

    func flush() { current?.flush() }

    func pauseReading() {
        isPaused = true
        current?.pauseReading()
    }

    func resumeReading() {
        isPaused = false
        current?.resumeReading()
    }

    func cancel() {
        let current = self.current
        end()
        current?.cancel()
    }

    func timedOut() {
        let current = self.current
        end()
        current?.timedOut()
    }

    /// The caller's time is that of all tries and pauses; each try has been measured already.
    func measured(nanoseconds: Int64) {}

    func isReplacedAfterTimeout() -> Bool {
        guard receiver != nil, !hasPassed, mayFallBack(on: .failure(.timeout)) else { return false }
        let late = current
        current = nil
        late?.timedOut()
        giveUpTry()
        beginFallback()
        return true
    }
}
