import Dispatch
import FilterAPI
import Logging
import NIOCore
import Synchronization

/// A file that observations are appended to, one JSON object a line, on a thread of its own.
///
/// When it is large enough it is renamed to `PATH.1`, in the place of an earlier one, and begins anew. What cannot be written
/// is lost and counted; the log says so once.
final class ObservationFile: LogDestination {
    private struct State {
        var waiting = ByteBuffer()
        var lines = 0
        var isScheduled = false
        var maximumBytes = ObservationSettings.usualMaximumBytes
    }

    /// The open file; used on the queue alone.
    private struct Open {
        let file: DiskFile
        var bytes: Int
    }

    /// How many bytes may wait to be written.
    private static let mostWaiting = 4 << 20
    /// How long a line may wait.
    private static let pause = DispatchTimeInterval.milliseconds(500)

    private let path: String
    private let patience: DispatchTimeInterval
    private let state = Mutex(State())
    private let open = Mutex<Open?>(nil)
    private let isFailing = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "sluice.ai-cache.observations", qos: .utility)
    private let logger: Logger
    private let lost: Counter

    /// - Parameter patience: How long ``flush()`` waits for a file that takes nothing.
    init(path: String, lost: Counter, patience: DispatchTimeInterval = .seconds(2), _ logger: Logger) {
        self.path = path
        self.lost = lost
        self.patience = patience
        self.logger = logger
    }

    /// Opens the file, so that a path that cannot be written shows at once.
    ///
    /// - Parameter maximumBytes: How large it may become.
    func begin(maximumBytes: Int) {
        self.state.withLock { $0.maximumBytes = maximumBytes }
        self.queue.async {
            do throws(SnapshotError) {
                try self.openIfNeeded()
            } catch {
                self.failed(error, lines: 0)
            }
        }
    }

    /// Appends a line, which ends with its line break. Never waits for the file.
    func append(_ line: ByteBuffer) {
        let (isTaken, mustSchedule) = self.state.withLock { state -> (Bool, Bool) in
            guard state.waiting.readableBytes + line.readableBytes <= Self.mostWaiting else { return (false, false) }
            state.waiting.writeImmutableBuffer(line)
            state.lines += 1
            defer { state.isScheduled = true }
            return (true, !state.isScheduled)
        }
        if !isTaken { self.lost.increment() }
        if mustSchedule { self.queue.asyncAfter(deadline: .now() + Self.pause) { self.drain() } }
    }

    func reopen() {
        self.queue.async {
            self.drain()
            self.open.withLock { $0 = nil }
        }
    }

    func flush() async {
        _ = await withCheckedContinuation { continuation in
            let waiting = FirstOutcome(continuation)
            self.queue.async {
                self.drain()
                waiting.resume(true)
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + self.patience) { waiting.resume(false) }
        }
    }
}

// On the queue alone.
extension ObservationFile {
    private func drain() {
        let (waiting, lines, maximum) = self.state.withLock { state in
            defer {
                state.waiting = ByteBuffer()
                state.lines = 0
                state.isScheduled = false
            }
            return (state.waiting, state.lines, state.maximumBytes)
        }
        guard lines > 0 else { return }
        do throws(SnapshotError) {
            let size = try self.openIfNeeded()
            if size > 0, size + waiting.readableBytes > maximum { try self.beginAnew() }
            // The write before may have ended within a line.
            if self.isFailing.load(ordering: .relaxed) { try self.write(ByteBuffer(string: "\n")) }
            try self.write(waiting)
            if self.isFailing.exchange(false, ordering: .relaxed) { self.logger.info("observations are written again") }
        } catch {
            self.failed(error, lines: lines)
        }
    }

    /// - Returns: How many bytes the file has.
    @discardableResult
    private func openIfNeeded() throws(SnapshotError) -> Int {
        if let bytes = self.open.withLock({ $0?.bytes }) { return bytes }
        let file = try DiskFile(appendingTo: self.path)
        let bytes = try file.size()
        self.open.withLock { $0 = Open(file: file, bytes: bytes) }
        return bytes
    }

    private func beginAnew() throws(SnapshotError) {
        self.open.withLock { $0 = nil }
        try DiskFile.move(self.path, to: self.path + ".1")
        try self.openIfNeeded()
    }

    private func write(_ lines: ByteBuffer) throws(SnapshotError) {
        guard let file = self.open.withLock({ $0?.file }) else { return }
        do throws(SnapshotError) {
            try file.write(lines)
            self.open.withLock { $0?.bytes += lines.readableBytes }
        } catch {
            // The disk may have room again, or the folder another file.
            self.open.withLock { $0 = nil }
            throw error
        }
    }

    private func failed(_ error: SnapshotError, lines: Int) {
        self.lost.increment(by: lines)
        guard !self.isFailing.exchange(true, ordering: .relaxed) else { return }
        self.logger.warning("observations are not written", metadata: ["error": "\(error)"])
    }
}
