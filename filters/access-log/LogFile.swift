import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that lines are appended to, or one of the process's own outputs.
final class LogFile: LogOutput {
    private struct State {
        var descriptor: CInt
        /// Whether a write ended within a line; the next one then begins a new line.
        var isTorn = false
    }

    private let path: String
    private let isOwned: Bool
    private let state: Mutex<State>

    /// Opens the file; makes it, with mode 0640, when it is not there.
    init(path: String) throws(LogFileError) {
        self.path = path
        switch path {
        case AccessLogConfiguration.standardOutput:
            self.isOwned = false
            self.state = Mutex(State(descriptor: STDOUT_FILENO))
        case AccessLogConfiguration.standardError:
            self.isOwned = false
            self.state = Mutex(State(descriptor: STDERR_FILENO))
        default:
            self.isOwned = true
            self.state = Mutex(State(descriptor: try LogFile.open(path)))
        }
    }

    deinit {
        if self.isOwned { close(self.state.withLock { $0.descriptor }) }
    }

    func write(_ lines: ByteBuffer) throws {
        try self.state.withLock { state in
            if state.isTorn { try self.write(ByteBuffer(string: "\n"), &state) }
            try self.write(lines, &state)
        }
    }

    func reopen() throws {
        guard self.isOwned else { return }
        let opened = try LogFile.open(self.path)
        let old = self.state.withLock { state in
            let old = state.descriptor
            state = State(descriptor: opened)
            return old
        }
        close(old)
    }

    private static func open(_ path: String) throws(LogFileError) -> CInt {
        // Non-blocking, so that a named pipe without a reader is an error and not a gateway that hangs.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK
        while true {
            #if canImport(Glibc)
                let descriptor = Glibc.open(path, flags, 0o640)
            #elseif canImport(Musl)
                let descriptor = Musl.open(path, flags, 0o640)
            #else
                let descriptor = Darwin.open(path, flags, 0o640)
            #endif
            if descriptor >= 0 { return descriptor }
            let code = errno
            if code != EINTR { throw LogFileError(path: path, action: "open", reason: String(cString: strerror(code))) }
        }
    }

    private func write(_ lines: ByteBuffer, _ state: inout State) throws {
        var rest = lines
        while rest.readableBytes > 0 {
            let count = rest.withUnsafeReadableBytes { systemWrite(state.descriptor, $0) }
            if count > 0 {
                let written = rest.readSlice(length: count)
                state.isTorn = written?.readableBytesView.last != UInt8(ascii: "\n")
                continue
            }
            let code = count == 0 ? EIO : errno
            switch code {
            case EINTR: break
            case EAGAIN: self.waitForRoom(state.descriptor)
            default: throw LogFileError(path: self.path, action: "write to", reason: String(cString: strerror(code)))
            }
        }
    }

    private func waitForRoom(_ descriptor: CInt) {
        var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&interest, 1, 1000)
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
