import NIOCore

/// What a sink writes its lines to. Called by one thread at a time.
protocol LogOutput: AnyObject, Sendable {
    /// Writes all of it, and waits as long as that takes.
    func write(_ lines: ByteBuffer) throws
    /// Opens the file anew at its name.
    func reopen() throws
}

/// Why a log file cannot be opened or written.
struct LogFileError: Error, CustomStringConvertible {
    let path: String
    /// What was tried, such as `open`.
    let action: String
    /// The system's words for what went wrong.
    let reason: String

    var description: String { "cannot \(self.action) \"\(self.path)\": \(self.reason)" }
}
