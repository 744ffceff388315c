import Foundation
import GatewayCommands
import Logging
import TestSupport
import Testing

@Suite("The program's log")
struct ProcessLogTests {
    @Test("has one line an event, as swift-log writes them")
    func form() throws {
        let pipe = Pipe()
        let log = ProcessLog(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        var logger = log.logger(label: "sluice")
        logger[metadataKey: "b"] = "2"
        logger.info("one", metadata: ["a": "1"])
        logger.debug("not asked for")
        logger.warning("two", error: Failure(), metadata: ["b": "3"], source: "Elsewhere")
        log.flush()
        let lines = try pipe.finish().split(separator: "\n")
        try #require(lines.count == 2)
        let time = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} /#
        #expect(lines.allSatisfy { $0.contains(time) }, "\(lines)")
        #expect(lines[0].hasSuffix(" info sluice: a=1 b=2 [GatewayTests] one"))
        #expect(
            lines[1].hasSuffix(
                " warning sluice: b=3 error.message=it failed error.type=GatewayTests.ProcessLogTests.Failure [Elsewhere] two"
            )
        )
    }

    @Test("keeps the order of lines, and writes without being asked")
    func order() async throws {
        let pipe = Pipe()
        let logger = ProcessLog(descriptor: pipe.fileHandleForWriting.fileDescriptor).logger(label: "sluice")
        let reader = Task.detached {
            var text = ""
            while !text.contains(" line 999\n") {
                text += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
            }
            return text
        }
        for number in 0..<1000 { logger.info("line \(number)") }
        let numbers = await reader.value.split(separator: "\n").map { $0.split(separator: " ").last ?? "" }
        #expect(numbers == (0..<1000).map { "\($0)" })
    }

    @Test("holds up nobody when its lines are not taken, and says what was lost", .timeLimit(.minutes(15)))
    func stuck() async throws {
        let pipe = Pipe()
        let log = ProcessLog(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let logger = log.logger(label: "sluice")
        let text = String(repeating: "x", count: 1000)
        // A pipe takes 64 KiB; of these 8 MiB most find no room.
        for _ in 0..<8000 { logger.info("\(text)") }
        let reader = Task.detached {
            var all = Tally(text)
            while all.written + all.lost < 8000 { all.add(pipe.fileHandleForReading.availableData) }
            return all
        }
        let all = await reader.value
        #expect(all.written + all.lost == 8000 && all.lost > 0)
        // What was being written, what waited, and what the pipe held.
        #expect(all.written * text.utf8.count < 2 * ProcessLog.capacity + (1 << 17))
    }

    /// What came of many equal lines.
    struct Tally {
        let text: String
        var written = 0
        var lost = 0
        private var rest = ""

        init(_ text: String) { self.text = text }

        mutating func add(_ bytes: Data) {
            let lines = (self.rest + String(decoding: bytes, as: UTF8.self))
                .split(separator: "\n", omittingEmptySubsequences: false)
            self.rest = lines.last.map { String($0) } ?? ""
            for line in lines.dropLast() {
                if let match = line.firstMatch(of: /(\d+) lines were lost/) {
                    self.lost += Int(match.1) ?? 0
                } else if line.hasSuffix(self.text) {
                    self.written += 1
                }
            }
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String { "it failed" }
    }
}

extension Pipe {
    /// What was written, after which nothing can be.
    fileprivate func finish() throws -> String {
        try self.fileHandleForWriting.close()
        return String(decoding: try self.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
