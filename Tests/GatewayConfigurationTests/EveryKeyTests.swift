import FilterAPI
import Foundation
import GatewayConfiguration
import Testing

/// What holds for all keys of the file, those of filters' `config` excepted: they are found by asking the readers.
@Suite("Every key of the file")
struct EveryKeyTests {
    /// A key and the way to it.
    struct Place: CustomTestStringConvertible, Sendable {
        let way: [(name: String, isList: Bool)]
        let key: ConfigurationKey

        var testDescription: String { (self.way.map(\.name) + [self.key.name]).joined(separator: ".") }

        /// A file of one line with a value at the place, and the column of the value.
        func file(_ value: String) -> (text: String, column: Int) {
            var head = ""
            var tail = ""
            for step in self.way {
                head += "\(step.name): \(step.isList ? "[{ " : "{ ")"
                tail = (step.isList ? " }]" : " }") + tail
            }
            head += "\(self.key.name): "
            return (head + value + tail + "\n", head.utf8.count + 1)
        }
    }

    static let places = found(in: GatewayConfiguration.keys, after: [])

    private static func found(in keys: [ConfigurationKey], after way: [(name: String, isList: Bool)]) -> [Place] {
        keys.flatMap { key in
            [Place(way: way, key: key)] + found(in: key.fields, after: way + [(key.name, key.type == .objects)])
        }
    }

    private func issues(_ text: String) -> [ConfigurationIssue] {
        GatewayConfiguration.load(text: text, file: "test.yaml", environment: [:], filters: ExampleFilters.all).1
    }

    @Test("is refused at its place when its value is of another kind", arguments: places.filter { $0.key.type != .any })
    func wrongKind(_ place: Place) {
        let value: String =
            switch place.key.type {
            case .object, .map, .stringOrObject: "[1]"
            default: "{ wrong: 1 }"
            }
        let (text, column) = place.file(value)
        let found = self.issues(text).filter { $0.position.line == 1 && $0.position.column == column }
        #expect(found.contains { $0.severity == .error && $0.description.contains("; expected ") }, "\(text)")
    }

    @Test("that is a mapping refuses keys that it does not know", arguments: places.filter { !$0.key.fields.isEmpty })
    func unknownKey(_ place: Place) {
        let isList = place.key.type == .objects
        let (text, column) = place.file(isList ? "[{ qqq: 1 }]" : "{ qqq: 1 }")
        let found = self.issues(text).filter { $0.position.column == column + (isList ? 3 : 2) }
        #expect(found.contains { $0.severity == .error && $0.description.contains("unknown key \"qqq\"") }, "\(text)")
    }

    @Test("stands on a page", arguments: places)
    func isDocumented(_ place: Place) throws {
        let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs")
        let pages = try ["configuration", "limits", "observability", "tls", "running", "upgrades"].map {
            try String(contentsOf: docs.appendingPathComponent("\($0).md"), encoding: .utf8)
        }
        let name = place.key.name
        let spellings = ["`\(name)`", ".\(name)`", "`\(name)."]
        #expect(pages.contains { page in spellings.contains { page.contains($0) } })
    }
}
