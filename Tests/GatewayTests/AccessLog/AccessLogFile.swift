import Foundation
import TestSupport
import Testing

/// A file that the access log of a gateway under test goes to.
struct AccessLogFile {
    let path: String

    init() throws {
        self.path = try TemporaryDirectories.shared.make().appendingPathComponent("access.log").path
    }

    /// The item of `filters` that writes it.
    var entry: String { #"  - { filter: access-log, config: { path: "\#(self.path)", flushInterval: 5ms } }"# }

    /// A configuration's `filters` with nothing else.
    var filters: String { "filters:\n\(self.entry)" }

    /// The lines, once there are so many; one line more would be seen too, if it came before them.
    func lines(_ count: Int) async throws -> [LogLine] {
        var found: [LogLine] = []
        let came = try await eventually {
            found = try self.read()
            return found.count >= count
        }
        try #require(came, "\(found.count) lines instead of \(count)")
        #expect(found.count == count)
        return found
    }

    /// The lines that have been written to their end.
    private func read() throws -> [LogLine] {
        guard let data = FileManager.default.contents(atPath: self.path),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        return try String(decoding: data[..<end], as: UTF8.self).split(separator: "\n").map { try LogLine(String($0)) }
    }
}

/// One line of an access log.
struct LogLine {
    private let fields: [String: Any]

    init(_ text: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        self.fields = try #require(object as? [String: Any], "not an object: \(text)")
    }

    var keys: Set<String> { Set(self.fields.keys) }
    var code: Int? { self.integer("response_code") }
    var details: String? { self.string("response_code_details") }
    var flags: String? { self.string("response_flags") }
    var cacheStatus: String? { (self.fields["ai_log"] as? [String: Any])?["cache_status"] as? String }

    func string(_ key: String) -> String? { self.fields[key] as? String }
    func integer(_ key: String) -> Int? { self.fields[key] as? Int }
    func object(_ key: String) -> [String: Any]? { self.fields[key] as? [String: Any] }
    func isNull(_ key: String) -> Bool { self.fields[key] is NSNull }
}
