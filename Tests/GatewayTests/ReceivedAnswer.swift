import Foundation
import TestSupport
import Testing

/// A response as a client understands it: its head taken apart, its chunks put together.
struct ReceivedAnswer: Sendable {
    let status: Int
    private let fields: [(name: String, value: String)]
    let body: String
    /// Whether the body ended as its framing says.
    let isComplete: Bool

    init(_ bytes: [UInt8]) throws {
        let headEnd = bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }
        let end = try #require(headEnd, "no head in \(bytes.count) bytes")
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        self.status = try #require(Int(lines[0].split(separator: " ").dropFirst().first ?? ""))
        self.fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (parts[0].lowercased(), parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        let rest = bytes[(end + 4)...]
        if self.fields.contains(where: { $0.name == "transfer-encoding" }) {
            (self.body, self.isComplete) = Self.unchunked(rest)
        } else {
            self.body = String(decoding: rest, as: UTF8.self)
            let length = self.fields.first { $0.name == "content-length" }.flatMap { Int($0.value) }
            self.isComplete = length == rest.count
        }
    }

    subscript(_ name: String) -> String? { self.fields.first { $0.name == name }?.value }

    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> (String, Bool) {
        var rest = bytes
        var body: [UInt8] = []
        while let lineEnd = rest.firstIndex(of: 0x0A) {
            let size = Int(
                String(decoding: rest[..<lineEnd].prefix { $0 != 0x0D && $0 != 0x3B }, as: UTF8.self),
                radix: 16
            )
            rest = rest[(lineEnd + 1)...]
            guard let size, size <= rest.count else { break }
            if size == 0 { return (String(decoding: body, as: UTF8.self), true) }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return (String(decoding: body, as: UTF8.self), false)
    }
}

extension ReceivedAnswer {
    /// Sends a request on a connection of its own and returns the whole answer.
    static func of(_ port: Int, _ request: String) async throws -> ReceivedAnswer {
        let client = try await RawClient.connect(port: port)
        try await client.send(request)
        _ = try await client.readToEnd()
        await client.close()
        return try ReceivedAnswer(client.receivedBytes)
    }

    /// The body as a JSON object.
    var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(self.body.utf8))) as? [String: Any] ?? [:]
    }
}
