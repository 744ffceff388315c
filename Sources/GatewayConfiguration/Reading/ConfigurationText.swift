package import FilterAPI
import Yams

/// The text of one configuration file, and the way from it to nodes.
package struct ConfigurationText {
    /// The name of the file in messages.
    package let file: String
    private let text: String
    private let environment: Substitution.Source

    /// Files over this size are refused before anything is read.
    static let maximumBytes = 64 << 20

    /// A text in a file of that name; `environment` answers `${NAME}`, and `files` gets those that are read.
    package init(
        _ text: String,
        file: String,
        environment: [String: String] = [:],
        files: FilesRead = FilesRead()
    ) {
        self.file = file
        // Editors on some systems put a byte order mark first; it is no part of the text.
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        self.environment = Substitution.Source(environment: environment, configurationFile: file, files: files)
    }

    /// The root of the one document, or nil after an issue that leaves nothing to read.
    package func root(_ issues: ConfigurationIssues) -> ConfigurationNode? {
        do throws(YAMLMistake) {
            if let refused = refusedCharacter() { throw refused }
            let document = try YAMLDocument(text)
            guard let root = document.root else {
                throw YAMLMistake(line: 1, column: 1, "the file is empty; expected at least \"listeners\"")
            }
            var conversion = NodeConversion(
                document: document,
                file: file,
                environment: environment,
                issues: issues,
                maximumNodes: 100_000 + 2 * text.utf8.count
            )
            return try conversion.convert(root)
        } catch {
            issues.error(at: SourcePosition(file: file, line: error.line, column: error.column), .root, error.message)
            return nil
        }
    }

    /// The first character that YAML does not allow; a NUL would silently end the text.
    private func refusedCharacter() -> YAMLMistake? {
        var (line, column) = (1, 1)
        for scalar in text.unicodeScalars {
            if !scalar.isAllowedInYAML {
                let code = String(scalar.value, radix: 16, uppercase: true)
                let name = String(repeating: "0", count: max(0, 4 - code.count)) + code
                return YAMLMistake(line: line, column: column, "the character U+\(name) is not allowed here")
            }
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
        return nil
    }
}

/// What makes a text unreadable as YAML.
struct YAMLMistake: Error {
    let line: Int
    let column: Int
    let message: String

    init(line: Int, column: Int, _ message: String) {
        self.line = line
        self.column = column
        self.message = message
    }
}

extension Unicode.Scalar {
    /// The printable characters of YAML 1.1, section 5.1.
    fileprivate var isAllowedInYAML: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD: value != 0xFEFF
        case 0x10000...0x10FFFF: true
        default: false
        }
    }
}
