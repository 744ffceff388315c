import Logging
import Synchronization

/// The level of the program's log, which an operator may change while it runs.
///
/// All loggers made from a wrapped one follow it, unless they were given a level of their own.
final class LogLevelDial: Sendable {
    private let index: Atomic<Int>

    init(_ level: Logger.Level) { self.index = Atomic(LogLevelDial.index(of: level)) }

    /// The level in force.
    var level: Logger.Level {
        get { Logger.Level.allCases[self.index.load(ordering: .relaxed)] }
        set { self.index.store(LogLevelDial.index(of: newValue), ordering: .relaxed) }
    }

    private static func index(of level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }

    /// The same log, at the level of the dial.
    func wrap(_ logger: Logger) -> Logger {
        Logger(label: logger.label) { _ in DialledLogHandler(base: logger.handler, dial: self) }
    }
}

/// Hands on what its dial lets pass.
private struct DialledLogHandler: LogHandler {
    private var base: any LogHandler
    private let dial: LogLevelDial
    private var own: Logger.Level?

    init(base: any LogHandler, dial: LogLevelDial) {
        self.base = base
        self.dial = dial
    }

    var logLevel: Logger.Level {
        get { self.own ?? self.dial.level }
        set { self.own = newValue }
    }

    var metadata: Logger.Metadata {
        get { self.base.metadata }
        set { self.base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { self.base.metadataProvider }
        set { self.base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.base[metadataKey: key] }
        set { self.base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { self.base.log(event: event) }
}
