import NIOCore
import Synchronization

/// The lines of some event loops that wait to be written.
///
/// One lock a shard, and nearly always one loop: the only other one who takes it is the writer, for the time that it
/// takes to exchange two buffers.
final class LogShard: Sendable {
    private struct State: ~Copyable {
        /// The line being written; it joins the others in one piece.
        var line = LogLine()
        var lines = ByteBuffer()
        var count = 0
        var isScheduled = false
        var isUrgent = false
    }

    /// What the one who appended has to do.
    enum Appended {
        case nothing
        /// Have the lines written in a while.
        case schedule
        /// Have the lines written now.
        case hurry
        /// Count the line as lost: the writer is stuck.
        case dropped
    }

    private let state = Mutex(State())

    /// From so many bytes on lines are written at once.
    private static let highWater = 64 * 1024
    /// The most bytes that may wait.
    static let capacity = 4 << 20

    /// Appends a line.
    @inline(__always)
    func append(_ write: (inout LogLine) -> Void) -> Appended {
        self.state.withLock { state in
            guard state.lines.readableBytes < LogShard.capacity else { return .dropped }
            write(&state.line)
            _ = state.line.withBytes { state.lines.writeBytes($0) }
            state.line.clear()
            state.count += 1
            if !state.isUrgent, state.lines.readableBytes >= LogShard.highWater {
                state.isUrgent = true
                state.isScheduled = true
                return .hurry
            }
            guard !state.isScheduled else { return .nothing }
            state.isScheduled = true
            return .schedule
        }
    }

    /// Exchanges an empty buffer for the lines that wait.
    ///
    /// - Parameter lines: The empty buffer; then the lines, or the same buffer when there are none.
    /// - Returns: How many lines there are.
    func exchange(_ lines: inout ByteBuffer) -> Int {
        self.state.withLock { state in
            let count = state.count
            if count > 0 { swap(&state.lines, &lines) }
            state.count = 0
            state.isScheduled = false
            state.isUrgent = false
            return count
        }
    }
}
