import FilterAPI

/// Writes one JSON line a stream, whatever became of it.
///
/// A line is formatted on the stream's event loop, straight into the memory that a thread of its own writes from, so no
/// stream ever waits for a disk or a pipe.
final class AccessLog: Filter, LogHook {
    static let name = "access-log"
    static let phase = FilterPhase.stats
    static let priority = 1000
    static let summary = "Writes one JSON line a request to standard output or a file."

    private let format: AccessLogFormat
    private let selection: AccessLogSelection
    private let sink: AccessLogSink

    convenience init(_ configuration: AccessLogConfiguration, _ environment: FilterEnvironment) throws {
        // The file belongs to the process: entries and reloads of the same path share it.
        let sink = try environment.shared.object("access-log \(configuration.path)") {
            AccessLogSink(try LogFile(path: configuration.path), environment)
        }
        self.init(configuration, sink)
        let interval = configuration.flushInterval
        environment.shared.whenInForce { sink.setFlushInterval(interval) }
    }

    init(_ configuration: AccessLogConfiguration, _ sink: AccessLogSink) {
        self.format = AccessLogFormat(configuration.fields)
        self.selection = configuration.selection
        self.sink = sink
    }

    func log(_ stream: StreamContext) {
        guard self.selection.takes(stream) else { return }
        self.sink.append(from: stream.eventLoop) { self.format.write(stream, to: &$0) }
    }
}
