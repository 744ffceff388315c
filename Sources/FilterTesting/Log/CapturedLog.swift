public import Logging
import Synchronization

/// One line that a filter or the gateway logged.
public struct LogLine: Sendable, CustomStringConvertible {
    /// The level.
    public let level: Logger.Level
    /// The message.
    public let message: String
    /// The metadata, the logger's own included; filters' lines have their entry's name under `filter`.
    public let metadata: [String: String]

    /// The line as one would read it.
    public var description: String {
        let fields = self.metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return "\(self.level) \(self.message)\(fields)"
    }
}

/// Keeps the lines of a log.
final class CapturedLog: Sendable {
    private let kept = Mutex<[LogLine]>([])

    var lines: [LogLine] { self.kept.withLock { $0 } }

    func append(_ line: LogLine) {
        self.kept.withLock { $0.append(line) }
    }

    /// A logger of all levels that writes here.
    var logger: Logger {
        var logger = Logger(label: "sluice") { _ in CapturingHandler(log: self) }
        logger.logLevel = .trace
        return logger
    }
}

private struct CapturingHandler: LogHandler {
    let log: CapturedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(log: CapturedLog) { self.log = log }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = self.metadata.merging(event.metadata ?? [:]) { _, own in own }
        self.log.append(
            LogLine(level: event.level, message: "\(event.message)", metadata: all.mapValues { "\($0)" })
        )
    }
}
