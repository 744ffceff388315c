@preconcurrency import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The signals that a serving process acts on.
final class ProcessSignals: Sendable {
    enum Event: Sendable {
        /// SIGTERM or SIGINT.
        case terminate
        /// SIGHUP.
        case hangup
    }

    /// The signals as they come.
    let stream: AsyncStream<Event>
    private let sources: [any DispatchSourceSignal]
    private let continuation: AsyncStream<Event>.Continuation

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        self.stream = stream
        self.continuation = continuation
        signal(SIGPIPE, SIG_IGN)
        let watched: [(Int32, Event)] = [(SIGTERM, .terminate), (SIGINT, .terminate), (SIGHUP, .hangup)]
        self.sources = watched.map { number, event in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(event) }
            source.resume()
            return source
        }
    }

    /// Ends the stream of signals.
    func finish() {
        self.continuation.finish()
    }
}
