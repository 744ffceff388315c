import TestSupport
import Testing

@testable import FilterAPI

struct PatternClassTests {
    private static let edges: [UInt32] = [
        0, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xE4, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000,
        0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF,
    ]

    @Test(arguments: 0..<30)
    func `a class matches exactly the scalars of its ranges`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let ranges = (0..<random.next(in: 1...4)).map { _ in
            let bounds = [Self.randomScalar(&random), Self.randomScalar(&random)].sorted()
            return bounds[0]...bounds[1]
        }
        let text = ranges.map { "\\x{\(hex($0.lowerBound))}-\\x{\(hex($0.upperBound))}" }.joined()
        let inside = try Pattern("^[\(text)]$")
        let outside = try Pattern("^[^\(text)]$")
        let bounds = ranges.flatMap { [$0.lowerBound, $0.upperBound] }
        let near = bounds.flatMap { [$0.value &- 1, $0.value, $0.value &+ 1] }.compactMap(Unicode.Scalar.init)
        for scalar in near + (0..<100).map({ _ in Self.randomScalar(&random) }) {
            let isMember = ranges.contains { $0.contains(scalar) }
            #expect(inside.matches(String(scalar)) == isMember, "\(hex(scalar)) in \(text)")
            #expect(outside.matches(String(scalar)) == !isMember, "\(hex(scalar)) in \(text)")
        }
    }

    private static func randomScalar(_ random: inout SeededRandom) -> Unicode.Scalar {
        let edge = random.element(of: self.edges)
        let value = random.chance(50) ? edge : edge &+ UInt32(random.next(in: 0...200)) &- 100
        return Unicode.Scalar(value) ?? "a"
    }

    private func hex(_ scalar: Unicode.Scalar) -> String { String(scalar.value, radix: 16) }
}
