import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program's own log: lines are collected in memory and written by a thread of their own, within milliseconds.
///
/// Whoever reads a pipe slowly, or not at all, thus holds up no event loop: at most ``capacity`` bytes wait, further
/// lines are lost, and a line says how many.
package final class ProcessLog: Sendable {
    /// Standard error; what waits when the program ends is written then.
    package static let standardError: ProcessLog = {
        let log = ProcessLog(descriptor: STDERR_FILENO)
        atexit { ProcessLog.standardError.flush() }
        return log
    }()

    /// How many bytes may wait.
    package static let capacity = 1 << 20
    /// Between two writes: a busy log is written in large pieces.
    private static let pause = DispatchTimeInterval.milliseconds(5)
    /// How long ``flush()`` waits for a file that takes nothing.
    private static let patience = DispatchTimeInterval.seconds(1)

    private struct State: Sendable {
        var waiting = LogLines()
        var spare = LogLines()
        var lost = 0
        /// Whether the writer will look at `waiting` by itself.
        var isScheduled = false
    }

    private let descriptor: CInt
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "sluice.log")

    package init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Appends the line that `write` writes.
    func append(_ write: (inout LogLines) -> Void) {
        let wakes = self.state.withLock { state in
            guard state.waiting.count < ProcessLog.capacity else {
                state.lost += 1
                return false
            }
            write(&state.waiting)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if wakes { self.queue.async { self.drain() } }
    }

    /// Writes what waits; gives up after a second when the file takes nothing.
    package func flush() {
        let written = DispatchSemaphore(value: 0)
        self.queue.async {
            self.writeWaiting()
            written.signal()
        }
        _ = written.wait(timeout: .now() + ProcessLog.patience)
    }

    private func drain() {
        guard self.writeWaiting() else { return }
        self.queue.asyncAfter(deadline: .now() + ProcessLog.pause) { self.drain() }
    }

    /// - Returns: Whether there was something; if not, the next line wakes the writer.
    @discardableResult
    private func writeWaiting() -> Bool {
        let lines = self.state.withLock { state in
            guard state.waiting.count > 0 || state.lost > 0 else {
                state.isScheduled = false
                return LogLines?.none
            }
            if state.lost > 0 { state.waiting.appendLoss(of: state.lost) }
            state.lost = 0
            // Nobody else may hold the buffer that is appended to, lest it is copied.
            defer { state.spare = LogLines() }
            swap(&state.waiting, &state.spare)
            return state.spare
        }
        guard var lines else { return false }
        lines.withBytes(self.write)
        lines.clear()
        self.state.withLock { [lines] in $0.spare = lines }
        return true
    }

    /// Nobody can be told that standard error fails: what it does not take is dropped.
    private func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(self.descriptor, UnsafeRawBufferPointer(rebasing: rest))
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                var interest = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&interest, 1, -1)
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }
}

private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
        Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
}
