import FilterAPI
import Foundation
import GatewayConfiguration
import Testing

/// Whatever a file holds, reading it ends with a configuration or with errors.
@Suite struct MutationTests {
    private struct Random {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
    }

    private static let fragments = [
        "&a", "*a", "<<: *a", "${", "${A}", "${file:x}", "$${", "{", "}", "[", "]", "\"", "'", "|\n", ">-\n", "\t", "#",
        "? ", "- ", ": ", "!!str ", "!x ", "---\n", "...\n", "\u{85}", "\u{FEFF}", "\u{2028}", "0", "~", "\r",
        "%YAML 1.1\n",
        "(?<", "\\", "99999999999999999999", "-1", "网关", "a: 1\na: 2\n", "\u{0}",
    ].map { Array($0.utf8) }

    private static func mutate(_ original: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = original
        for _ in 0...random.next(below: 6) {
            let place = random.next(below: bytes.count)
            switch random.next(below: 5) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = UInt8(random.next(below: 256))
            case 2: bytes.insert(contentsOf: fragments[random.next(below: fragments.count)], at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.next(below: 40)))
            default:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: random.next(below: place + 1))
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func mutatedFilesAreReadOrRefused(seed: UInt64) throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let originals = try ["design-example", "tutorial-with-tabs", "merge-keys", "substitution"].map {
            Array(try Data(contentsOf: directory.appendingPathComponent("\($0).yaml")))
        }
        var random = Random(state: seed)
        let end = ContinuousClock.now + .seconds(1)
        for _ in 0..<2000 where ContinuousClock.now < end {
            let bytes = MutationTests.mutate(originals[random.next(below: originals.count)], &random)
            let (configuration, issues) = GatewayConfiguration.load(
                bytes: bytes,
                file: "f",
                environment: ["A": "b"],
                filters: ExampleFilters.all
            )
            let hasErrors = issues.contains { $0.severity == .error }
            #expect((configuration == nil) == hasErrors)
        }
    }
}
