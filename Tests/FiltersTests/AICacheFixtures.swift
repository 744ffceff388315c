import FilterAPI
import Logging
import NIOCore
import Synchronization

@testable import BundledFilters

/// Bytes of a text.
func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

/// A document that is known to be JSON.
func document(_ text: String) throws -> JSONDocument {
    guard let document = JSONDocument(bytes(text)) else { throw NotJSON(text: text) }
    return document
}

struct NotJSON: Error {
    let text: String
}

/// An `ai-cache` configuration written as JSON, read as the file's would be.
struct ReadConfiguration {
    let value: AICacheConfiguration
    let issues: [ConfigurationIssue]

    var errors: [String] { self.issues.filter { $0.severity == .error }.map(\.message) }
    var warnings: [String] { self.issues.filter { $0.severity == .warning }.map(\.message) }

    init(_ json: String) throws {
        let context = ConfigurationContext()
        let node = try ConfigurationNode(json: json)
        self.value = ConfigurationFields.read(
            node,
            position: node.position,
            location: ConfigurationLocation(titled: "filters[0] \"ai-cache\"").key("config"),
            context: context
        ) { AICacheConfiguration($0) }
        self.issues = context.issues.all
    }
}

extension ConfigurationNode {
    /// Makes a node of JSON; every value stands at the line of its place in the table.
    init(json: String) throws {
        let document = try document(json)
        self.init(document, JSONDocument.root)
    }

    private init(_ document: JSONDocument, _ value: Int) {
        let position = SourcePosition(file: "test.json", line: value + 1, column: 1)
        switch document.kind(of: value) {
        case .object:
            var entries: [Entry] = []
            document.forEachMember(of: value) { name, member in
                let key = document.string(name) ?? ""
                entries.append(Entry(key: key, keyPosition: position, value: ConfigurationNode(document, member)))
            }
            self.init(.mapping(entries), position: position)
        case .array:
            self.init(
                .sequence(document.elements(of: value).map { ConfigurationNode(document, $0) }),
                position: position
            )
        case .null: self.init(.null, position: position)
        case .string:
            self.init(.scalar(Scalar(document.string(value) ?? "", isQuoted: true)), position: position)
        default: self.init(.scalar(Scalar(String(buffer: document.literal(value)))), position: position)
        }
    }
}

/// A log that keeps its lines.
final class CacheLogRecording: LogHandler, @unchecked Sendable {
    private let kept = Mutex<[(level: Logger.Level, message: String)]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    var lines: [String] { self.kept.withLock { $0.map(\.message) } }
    func lines(at level: Logger.Level) -> [String] {
        self.kept.withLock { $0.filter { $0.level == level }.map(\.message) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        self.kept.withLock { $0.append((event.level, event.message.description)) }
    }

    var logger: Logger { Logger(label: "test") { _ in self } }
}

/// Texts that caches have been known to damage.
let awkwardTexts: [String] = [
    "\"quoted at both ends\"",
    "\"",
    "back\\slash \\n \\\\ \\u0041",
    "tab\tline\nreturn\r\nbell\u{07} escape\u{1B}[31m null\u{00} delete\u{7F}",
    "emoji 👩‍👩‍👧‍👦 🇩🇪 and \u{2028} \u{2029} \u{FEFF}",
    "100 %s sure, %d times, %%, %v, %",
    "</script><!-- & -->",
    "data: not an event\n\ndata: [DONE]\n\n",
    "你好,世界。",
    " leading and trailing ",
    String(repeating: "a long answer \"with\" \\ everything 🙂\n", count: 2800),
]
