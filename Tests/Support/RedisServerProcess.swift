import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One run of a Redis server.
final class RedisServerProcess: Sendable {
    private struct State {
        var processID: Int32?
        var output = Data()
        var isReady = false
        var hasExited = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Returns when the server says that it accepts connections.
    static func start(_ executable: URL, port: Int, _ arguments: [String]) async throws -> RedisServerProcess {
        let process = Process()
        process.executableURL = executable
        process.arguments =
            ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            + ["--enable-debug-command", "yes", "--dir", NSTemporaryDirectory()] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let run = RedisServerProcess()
        process.terminationHandler = { _ in run.ended() }
        try process.runAlone()
        run.state.withLock { $0.processID = process.processIdentifier }
        // The pipe is read to its end, lest the server stops at a full one.
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            run.received(data)
        }
        await run.changed { $0.isReady || $0.hasExited }
        let (isReady, said) = run.state.withLock { ($0.isReady, String(decoding: $0.output, as: UTF8.self)) }
        guard isReady else { throw RedisServer.Failure(description: "the Redis server ended at once:\n\(said)") }
        return run
    }

    func signal(_ number: Int32) {
        // Under the lock, and never after the end, because the number of the process may be another's then.
        state.withLock { state in
            if !state.hasExited, let processID = state.processID { _ = kill(processID, number) }
        }
    }

    func exited() async {
        await changed { $0.hasExited }
    }

    private func received(_ data: Data) {
        change { state in
            state.output.append(data)
            state.isReady = state.isReady || state.output.range(of: Data("eady to accept connections".utf8)) != nil
        }
    }

    private func ended() {
        change { $0.hasExited = true }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func changed(_ condition: @Sendable (borrowing State) -> Bool) async {
        while !state.withLock({ condition($0) }) {
            await withCheckedContinuation { waiter in
                let isTooLate = state.withLock { state in
                    if condition(state) { return true }
                    state.waiters.append(waiter)
                    return false
                }
                if isTooLate { waiter.resume() }
            }
        }
    }
}
