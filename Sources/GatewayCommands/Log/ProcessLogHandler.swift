package import Logging

extension ProcessLog {
    /// A logger whose lines are appended to this log.
    package func logger(label: String) -> Logger {
        Logger(label: label) { ProcessLogHandler(label: $0, log: self) }
    }
}

/// Writes lines as swift-log's `StreamLogHandler` does, to a log that nobody has to wait for:
/// `TIME LEVEL LABEL: KEY=VALUE... [MODULE] MESSAGE`.
struct ProcessLogHandler: LogHandler {
    private let label: String
    private let log: ProcessLog
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:] {
        didSet { self.ownFields = ProcessLogHandler.text(of: self.metadata) }
    }
    /// ``metadata`` as lines have it: most lines have nothing else beside them.
    private var ownFields = ""
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, log: ProcessLog) {
        self.label = label
        self.log = log
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = self.fields(of: event)
        let source = event.source
        self.log.append { lines in
            lines.appendTime()
            lines.append(UInt8(ascii: " "))
            lines.append(event.level.rawValue)
            lines.append(UInt8(ascii: " "))
            lines.append(self.label)
            lines.append(UInt8(ascii: ":"))
            lines.append(fields)
            lines.append(" [")
            lines.append(source)
            lines.append("] ")
            lines.append(event.message.description)
            lines.append(UInt8(ascii: "\n"))
        }
    }

    /// What stands beside the message, in the order of the keys, each with a space before it.
    private func fields(of event: LogEvent) -> String {
        if self.metadataProvider == nil, event.metadata == nil, event.error == nil { return self.ownFields }
        var all = self.metadata
        for more in [self.metadataProvider?.get(), event.metadata] {
            if let more, !more.isEmpty { all.merge(more) { _, latest in latest } }
        }
        if let error = event.error {
            all["error.message"] = "\(error)"
            all["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        return ProcessLogHandler.text(of: all)
    }

    private static func text(of metadata: Logger.Metadata) -> String {
        metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    }
}
