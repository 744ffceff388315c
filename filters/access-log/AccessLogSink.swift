import Dispatch
import FilterAPI
import Logging
import NIOCore
import Synchronization

/// Collects lines from all event loops and writes them from a thread of its own.
///
/// Memory is bounded: when the file takes nothing any more, lines are dropped and counted, and requests go on.
final class AccessLogSink: LogDestination {
    private let output: any LogOutput
    private let queue = DispatchQueue(label: "sluice.access-log")
    private let shards: [LogShard]
    private let flushInterval = Atomic<Int>(0)
    private let spare = Mutex(ByteBuffer())
    private let isFailing = Atomic<Bool>(false)
    private let patience: DispatchTimeInterval
    private let dropped: Counter
    private let failures: Counter
    private let logger: Logger

    /// The largest buffer that is kept for the next lines.
    private static let sparedCapacity = 1 << 20

    /// - Parameter patience: How long ``flush()`` waits for a file that takes nothing.
    init(
        _ output: any LogOutput,
        _ environment: FilterEnvironment,
        patience: DispatchTimeInterval = .seconds(2)
    ) {
        self.output = output
        self.patience = patience
        self.shards = (0..<16).map { _ in LogShard() }
        self.logger = environment.logger
        self.dropped = environment.metrics.counter(
            "access_log_dropped_total",
            "Access log lines that were lost because they could not be written."
        )
        self.failures = environment.metrics.counter(
            "access_log_write_failures_total",
            "Writes of access log lines that failed."
        )
    }

    /// Sets how long a line may wait.
    func setFlushInterval(_ interval: Duration) {
        let (seconds, attoseconds) = interval.components
        self.flushInterval.store(Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000), ordering: .relaxed)
    }

    /// Appends the line that `write` writes. Never waits for the file.
    @inline(__always)
    func append(from eventLoop: any EventLoop, _ write: (inout LogLine) -> Void) {
        switch self.shard(of: eventLoop).append(write) {
        case .nothing: break
        case .dropped: self.dropped.increment()
        case .hurry: self.queue.async { self.drain() }
        case .schedule: self.drainLater()
        }
    }

    /// Opens the file anew after what waits has been written to the old one.
    func reopen() {
        self.queue.async {
            self.drain()
            do {
                try self.output.reopen()
            } catch {
                self.logger.warning("the access log stays with its old file", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Writes what waits; gives up after a while when the file takes nothing.
    func flush() async {
        await withCheckedContinuation { continuation in
            let waiter = FlushWaiter(continuation)
            self.queue.async {
                self.drain()
                waiter.resume()
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + self.patience) { waiter.resume() }
        }
    }
}

extension AccessLogSink {
    /// A loop always takes the same shard, so that its lines stay in order.
    private func shard(of eventLoop: any EventLoop) -> LogShard {
        let address = UInt(bitPattern: ObjectIdentifier(eventLoop))
        let mixed = UInt64(address) &* 0x9E37_79B9_7F4A_7C15
        return self.shards[Int(truncatingIfNeeded: mixed >> 60)]
    }

    private func drainLater() {
        let interval = self.flushInterval.load(ordering: .relaxed)
        self.queue.asyncAfter(deadline: .now() + .milliseconds(interval)) { self.drain() }
    }

    /// Writes what waits; on the queue alone.
    private func drain() {
        var lines = self.spare.withLock { spare in
            defer { spare = ByteBuffer() }
            return spare
        }
        for shard in self.shards {
            let count = shard.exchange(&lines)
            if count > 0 { self.write(lines, count: count) }
            lines.clear()
        }
        // What an outburst needed is given back.
        if lines.capacity <= AccessLogSink.sparedCapacity { self.spare.withLock { [lines] in $0 = lines } }
    }

    private func write(_ lines: ByteBuffer, count: Int) {
        do {
            try self.output.write(lines)
            if self.isFailing.exchange(false, ordering: .relaxed) {
                self.logger.info("the access log is written again")
            }
        } catch {
            self.failures.increment()
            self.dropped.increment(by: count)
            // Once, not for every write: whatever makes them fail lasts.
            guard !self.isFailing.exchange(true, ordering: .relaxed) else { return }
            self.logger.warning("access log lines are lost", metadata: ["error": "\(error)"])
        }
    }
}

/// Resumes the one who waits for a flush, once.
private final class FlushWaiter: Sendable {
    private let continuation: Mutex<CheckedContinuation<Void, Never>?>

    init(_ continuation: CheckedContinuation<Void, Never>) {
        self.continuation = Mutex(continuation)
    }

    func resume() {
        let waiting = self.continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume()
    }
}
