import ArgumentParser
import FilterAPI
import Foundation
import Gateway
import Logging

/// What commands print, and where.
enum Output {
    /// Prints a line to standard error.
    static func error(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    /// Prints text to standard output at once.
    static func print(_ text: String, terminator: String = "\n") {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + terminator).utf8))
    }

    /// Loads a configuration, prints its errors and warnings, and exits with 1 when there is an error.
    static func load(_ path: String, surroundings: GatewayPlan.Surroundings) throws -> GatewayPlan {
        let (plan, issues) = GatewayPlan.load(
            path: path,
            registry: GatewayCommandLine.registry,
            surroundings: surroundings
        )
        for issue in issues { Output.error("\(issue)") }
        guard let plan else { throw ExitCode(1) }
        return plan
    }

    /// A log on standard error.
    static func logger(level: Logger.Level) -> Logger {
        var logger = ProcessLog.standardError.logger(label: "sluice")
        logger.logLevel = level
        return logger
    }
}
