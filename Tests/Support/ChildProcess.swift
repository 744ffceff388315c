import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A program that runs beside the tests; it is killed with the last reference to it.
package final class ChildProcess: Sendable {
    /// What became of a program.
    package struct Outcome: Sendable {
        /// The exit code; for a program that a signal ended 128 and its number.
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// Something did not happen in time.
    package struct Timeout: Error, CustomStringConvertible {
        package let description: String
    }

    private struct State {
        var processID: Int32 = 0
        var status: Int32?
    }

    private let state = Mutex(State())
    private let directory: URL

    private init() throws {
        self.directory = try TemporaryDirectories.shared.make()
    }

    deinit { self.signal(SIGKILL) }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: Its path.
    ///   - arguments: Without the program's name.
    ///   - environment: Added to that of the tests.
    ///   - input: Standard input.
    package static func start(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) throws -> ChildProcess {
        let child = try ChildProcess()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files, not pipes: a file has no end that a grandchild could keep open, and never fills up.
        let standardInput = try child.open("input", containing: input)
        let output = try child.open("output")
        let errors = try child.open("errors")
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = errors
        process.terminationHandler = { [weak child] process in
            let status = process.terminationStatus
            let isSignal = process.terminationReason == .uncaughtSignal
            child?.state.withLock { $0.status = isSignal ? 128 + status : status }
        }
        try process.runAlone()
        child.state.withLock { $0.processID = process.processIdentifier }
        for file in [standardInput, output, errors] { try file.close() }
        return child
    }

    private func open(_ name: String, containing text: String? = nil) throws -> FileHandle {
        let file = self.directory.appendingPathComponent(name)
        try Data((text ?? "").utf8).write(to: file)
        return try text == nil ? FileHandle(forWritingTo: file) : FileHandle(forReadingFrom: file)
    }

    private func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: self.directory.appendingPathComponent(name))) ?? Data(), as: UTF8.self)
    }

    /// Runs a program to its end.
    package static func run(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        within seconds: Double = 120
    ) async throws -> Outcome {
        try await self.start(executable, arguments, environment: environment, input: input).exit(within: seconds)
    }
}

extension ChildProcess {
    /// Standard output so far.
    package var output: String { self.text("output") }
    /// Standard error so far.
    package var errors: String { self.text("errors") }
    /// Whether the program has ended.
    package var hasExited: Bool { self.state.withLock { $0.status != nil } }
    /// The number of the process.
    package var processID: Int32 { self.state.withLock { $0.processID } }

    package func signal(_ number: Int32) {
        // Never after the end, because the number of the process may be another's then.
        self.state.withLock { state in
            if state.status == nil, state.processID > 0 { _ = kill(state.processID, number) }
        }
    }

    /// Waits for the program's end.
    package func exit(within seconds: Double = 120) async throws -> Outcome {
        let ended = await eventually(within: seconds) { self.hasExited }
        guard ended else {
            self.signal(SIGKILL)
            throw Timeout(description: "still running; output:\n\(self.output)\nerrors:\n\(self.errors)")
        }
        return Outcome(
            status: self.state.withLock { $0.status ?? -1 },
            output: self.output,
            errors: self.errors
        )
    }

    /// Waits until `condition` holds for output and errors; fails when it does not in time or the program ends before.
    package func wait(within seconds: Double = 120, until condition: (ChildProcess) -> Bool) async throws {
        let held = await eventually(within: seconds) { condition(self) || self.hasExited }
        guard held, condition(self) else {
            let end = self.state.withLock { $0.status }.map { "ended with \($0)" } ?? "still running"
            throw Timeout(description: "did not say it, \(end); output:\n\(self.output)\nerrors:\n\(self.errors)")
        }
    }
}
