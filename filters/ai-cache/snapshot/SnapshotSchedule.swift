import Dispatch
import FilterAPI
import Logging
import NIOCore
import Synchronization

/// What a snapshot is taken of.
protocol SnapshotContent: AnyObject, Sendable {
    /// How often something has changed.
    var changeCount: Int { get }
    /// Gives a record of every entry. Called on a thread of the snapshot's own.
    func writeRecords(_ write: (_ record: ByteBuffer) throws -> Void) throws
    /// Takes an entry back; one whose time is over is left out.
    ///
    /// - Throws: ``SnapshotError`` for a record that is not as it should be.
    func readRecord(_ record: inout ByteBuffer, at clock: ClockReading) throws(SnapshotError)
    /// Begins what is left to do after all entries came back; returns soon.
    func recordsWereRead()
}

extension SnapshotContent {
    func recordsWereRead() {}
}

/// Reads a snapshot once, and writes it whenever its time has come, on a thread of its own.
///
/// Does neither while the configuration is only looked at.
final class SnapshotSchedule: Sendable {
    private struct State {
        var settings: SnapshotSettings?
        var wasRead = false
        /// What the file on disk holds; `nil` when it is not known to hold anything.
        var writtenChange: Int?
        /// Counts configurations, so that the timer of an earlier one ends.
        var generation = 0
    }

    /// How long the end of the process waits for a snapshot. Longer than a gigabyte takes on a disk of today, and shorter
    /// than service managers wait.
    static let longestSave = Duration.seconds(10)

    private let kind: String
    private let version: Int
    private let readable: Set<Int>
    private let isServing: Bool
    private let longestSave: Duration
    private let isGivenUp = Atomic<Bool>(false)
    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let logger: Logger
    private let failures: Counter

    init(
        kind: String,
        version: Int,
        readable: Set<Int> = [],
        longestSave: Duration = longestSave,
        _ environment: FilterEnvironment
    ) {
        self.kind = kind
        self.version = version
        self.readable = readable
        self.isServing = environment.shared.isServing
        self.longestSave = longestSave
        self.queue = DispatchQueue(label: "sluice.\(kind)", qos: .utility)
        self.logger = environment.logger
        self.failures = environment.metrics.counter(
            "ai_cache_snapshot_failures_total",
            "Snapshots that could not be written or read."
        )
    }

    /// Takes settings: reads the file if none was read before, and writes it from now on at the new interval.
    func apply(_ settings: SnapshotSettings?, to content: some SnapshotContent) {
        guard self.isServing else { return }
        let (generation, path) = self.state.withLock { state -> (Int?, String?) in
            guard state.settings != settings else { return (nil, nil) }
            if state.settings?.path != settings?.path { state.writtenChange = nil }
            state.settings = settings
            state.generation += 1
            defer { if settings != nil { state.wasRead = true } }
            return (state.generation, state.wasRead ? nil : settings?.path)
        }
        if let path { self.read(path, into: content) }
        if let settings, let generation { self.writeLater(settings, generation, content) }
    }

    /// Writes the file if something has changed, for the last time; returns when the disk has it, or after
    /// ``longestSave``: the old file then stays as it was.
    func save(_ content: some SnapshotContent) async {
        let isInTime = await withCheckedContinuation { continuation in
            let waiting = FirstOutcome(continuation)
            self.queue.async {
                self.write(content)
                waiting.resume(true)
            }
            let limit = Int(self.longestSave / .milliseconds(1))
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(limit)) { waiting.resume(false) }
        }
        guard !isInTime else { return }
        self.isGivenUp.store(true, ordering: .relaxed)
        self.failures.increment()
        self.logger.warning("the snapshot was not written in time", metadata: ["limit": "\(self.longestSave)"])
    }
}

extension SnapshotSchedule {
    private func writeLater(_ settings: SnapshotSettings, _ generation: Int, _ content: some SnapshotContent) {
        let seconds = Int(settings.interval.components.seconds)
        self.queue.asyncAfter(deadline: .now() + .seconds(max(1, seconds))) { [weak content] in
            guard let content, self.state.withLock({ $0.generation == generation }) else { return }
            self.write(content)
            self.writeLater(settings, generation, content)
        }
    }

    /// Writes the file; on the queue alone.
    private func write(_ content: some SnapshotContent) {
        let change = content.changeCount
        let path = self.state.withLock { $0.writtenChange == change ? nil : $0.settings?.path }
        guard let path else { return }
        do {
            try self.file(path).write { write in
                try content.writeRecords { record in
                    if self.isGivenUp.load(ordering: .relaxed) { throw SnapshotError("there is no more time") }
                    try write(record)
                }
            }
            self.state.withLock { $0.writtenChange = change }
        } catch {
            self.failures.increment()
            self.logger.warning("the snapshot was not written", metadata: ["error": "\(error)"])
        }
    }

    /// Reads the file; a damaged one is moved out of the way and nothing of it is taken.
    private func read(_ path: String, into content: some SnapshotContent) {
        let file = self.file(path)
        let clock = ClockReading.now
        do {
            guard try file.read({ record in try content.readRecord(&record, at: clock) }) else { return }
            content.recordsWereRead()
        } catch {
            self.failures.increment()
            self.logger.warning("the snapshot cannot be used", metadata: ["error": "\(error)", "path": "\(path)"])
            self.setAside(file)
        }
    }

    private func setAside(_ file: SnapshotFile) {
        do throws(SnapshotError) {
            try file.setAside()
            self.logger.warning("the snapshot was set aside", metadata: ["path": "\(file.damagedPath)"])
        } catch {
            self.logger.warning("the snapshot stays where it is", metadata: ["error": "\(error)"])
        }
    }

    private func file(_ path: String) -> SnapshotFile {
        SnapshotFile(path: path, kind: self.kind, version: self.version, readable: self.readable)
    }
}

/// Resumes once, with what comes first.
final class FirstOutcome: Sendable {
    private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

    init(_ continuation: CheckedContinuation<Bool, Never>) { self.continuation = Mutex(continuation) }

    func resume(_ outcome: Bool) {
        let waiting = self.continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: outcome)
    }
}
