import Crypto
public import FilterAPI
import Foundation

extension GatewayConfiguration {
    /// Reads and checks the configuration file at `path`.
    ///
    /// - Parameters:
    ///   - path: the file; it is also its name in messages.
    ///   - environment: what `${NAME}` stands for; nil takes the environment of the process.
    ///   - filters: the registered filters.
    /// - Returns: the configuration, or nil when any issue is an error; and all issues in the file's order.
    public static func load(
        path: String,
        environment: [String: String]? = nil,
        filters: [FilterDescription]
    ) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        load(path: path, environment: environment, filters: filters, files: FilesRead())
    }

    /// The same; `files` gets every file that is read, also when there are errors.
    package static func load(
        path: String,
        environment: [String: String]? = nil,
        filters: [FilterDescription],
        files: FilesRead
    ) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        files.insert(path)
        guard let data = FileManager.default.contents(atPath: path) else {
            let exists = FileManager.default.fileExists(atPath: path)
            return refusal(path, exists ? "the file cannot be read" : "no such file")
        }
        let environment = environment ?? ProcessInfo.processInfo.environment
        return load(bytes: Array(data), file: path, environment: environment, filters: filters, files: files)
    }

    /// Reads and checks a configuration that is already in memory; `file` names it in messages, and paths are relative
    /// to its directory.
    public static func load(
        text: String,
        file: String,
        environment: [String: String],
        filters: [FilterDescription]
    ) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        load(text: text, file: file, environment: environment, filters: filters, files: FilesRead())
    }

    private static func load(
        text: String,
        file: String,
        environment: [String: String],
        filters: [FilterDescription],
        files: FilesRead
    ) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        let issues = ConfigurationIssues()
        let configurationText = ConfigurationText(text, file: file, environment: environment, files: files)
        guard let root = configurationText.root(issues) else { return (nil, issues.all) }
        var configuration = read(root, filters, issues)
        let digest = SHA256.hash(data: Data(text.utf8))
        configuration.digest = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return (issues.containsErrors ? nil : configuration, issues.all)
    }

    package static func load(
        bytes: [UInt8],
        file: String,
        environment: [String: String],
        filters: [FilterDescription],
        files: FilesRead = FilesRead()
    ) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        guard bytes.count <= ConfigurationText.maximumBytes else {
            return refusal(file, "the file has more than \(ConfigurationText.maximumBytes >> 20) MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let line = String(decoding: bytes, as: UTF8.self).prefix { $0 != "\u{FFFD}" }.count { $0.isNewline } + 1
            let position = SourcePosition(file: file, line: line, column: 1)
            let message = "the file is not UTF-8 text"
            return (nil, [ConfigurationIssue(.error, position: position, location: "", message: message)])
        }
        return load(text: text, file: file, environment: environment, filters: filters, files: files)
    }

    private static func read(
        _ root: ConfigurationNode,
        _ filters: [FilterDescription],
        _ issues: ConfigurationIssues
    ) -> GatewayConfiguration {
        let descriptions = Dictionary(filters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let secrets = ConfigurationSecrets()
        let context = ConfigurationContext(issues: issues, secrets: secrets)
        // A file of `~` alone is as empty as one without anything; reading it names the keys that are missing.
        let configuration = ConfigurationFields.read(
            root,
            position: root.position,
            location: .root,
            context: context
        ) { GatewayConfiguration($0, source: root, descriptions: descriptions) }
        var chain = ChainNames(
            entries: configuration.filters.map(\.name),
            filters: configuration.filters.map(\.filter),
            registered: filters.map(\.name)
        )
        let hidden = configuration.filters.filter { $0.nameReference?.isSubstituted == true }
        chain.hidden = Set(hidden.map(\.name))
        let complete = ConfigurationContext(
            issues: issues,
            secrets: secrets,
            services: configuration.catalog,
            chain: chain
        )
        configuration.check(complete, descriptions)
        return configuration
    }

    private static func refusal(_ path: String, _ message: String) -> (GatewayConfiguration?, [ConfigurationIssue]) {
        let position = SourcePosition(file: path, line: 0, column: 0)
        return (nil, [ConfigurationIssue(.error, position: position, location: "", message: message)])
    }
}
