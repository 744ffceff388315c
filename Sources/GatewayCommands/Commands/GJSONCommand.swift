import ArgumentParser
import Foundation
import GJSON

/// `sluice gjson PATH [FILE]`: evaluate a path.
struct GJSONCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gjson",
        abstract: "Evaluates a GJSON path on a file or on standard input.",
        discussion: "Prints the value as text and a newline. Exits with 1 when nothing matches."
    )

    @Flag(help: "Print the value as JSON.")
    var raw = false

    @Argument(help: "The path, such as messages.@reverse.0.content.")
    var path: String

    @Argument(help: "The file; default standard input.")
    var file: String?

    func run() throws {
        let data: Data
        if let file {
            guard let contents = FileManager.default.contents(atPath: file) else {
                Output.error("\(file): cannot be read")
                throw ExitCode(1)
            }
            data = contents
        } else {
            data = try FileHandle.standardInput.readToEnd() ?? Data()
        }
        let value = GJSON.get(Array(data), self.path)
        guard value.exists else { throw ExitCode(1) }
        try FileHandle.standardOutput.write(contentsOf: Data((self.raw ? value.raw : value.bytes) + [0x0A]))
    }
}
