import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("sluice demo")
struct DemoCommandTests {
    @Test("prints commands that show, run as they stand, what their comments say")
    func commands() async throws {
        let demo = try ChildProcess.start(try Tools.sluice(), ["demo", "--port", "0"])
        try await demo.wait { $0.output.contains("401") && $0.output.hasSuffix("\n") && $0.output.contains("curl ") }
        let lines = demo.output.split(separator: "\n").map(String.init)
        let commands = zip(lines, lines.dropFirst()).filter { $1.hasPrefix("curl ") }
        #expect(commands.count == 7, "\(demo.output)")
        var kinds: [String] = []
        for (comment, command) in commands {
            let outcome = try await ChildProcess.run("/bin/sh", ["-c", command])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let cache = outcome.output.components(separatedBy: "\r\n").first {
                $0.lowercased().hasPrefix("x-sluice-cache: ")
            }
            let kind = cache.map { String($0.dropFirst("x-sluice-cache: ".count)) } ?? "none"
            kinds.append(kind)
            #expect(comment.hasPrefix("# "))
            if kind == "none" {
                #expect(outcome.output.hasPrefix("HTTP/1.1 401 ") && comment.contains("401"))
            } else {
                #expect(
                    outcome.output.hasPrefix("HTTP/1.1 200 ") && comment.contains(kind),
                    "\(comment): \(outcome.output)"
                )
            }
            #expect(outcome.output.contains("data: [DONE]") == command.contains(#""stream":true"#), "\(outcome.output)")
        }
        #expect(kinds == ["miss", "hit", "hit", "miss", "semantic-hit", "skip", "none"])
        try await demo.wait { $0.output.contains("\"response_code\":401") }
        demo.signal(SIGTERM)
        #expect(try await demo.exit().status == 0)
    }
}
