import NIOCore
import Testing

@testable import Downstream

@Suite("The name in a client's first message")
struct ClientHelloTests {
    /// A message that names a host, or none.
    private static func hello(_ name: String?, before: [UInt16] = [0x2B, 0x0A]) -> [UInt8] {
        var extensions: [UInt8] = before.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF), 0, 2, 1, 2] }
        if let name {
            let host: [UInt8] = [0] + self.prefixed(Array(name.utf8))
            extensions += [0, 0] + self.prefixed(self.prefixed(host))
        }
        let session = [UInt8](repeating: 7, count: 32)
        let body: [UInt8] =
            [3, 3] + [UInt8](repeating: 9, count: 32) + [32] + session + self.prefixed([0x13, 1, 0x13, 2]) + [1, 0]
            + self.prefixed(extensions)
        return [1, 0] + self.prefixed(body)
    }

    private static func prefixed(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }

    /// The message in records of so many bytes.
    private static func records(_ message: [UInt8], size: Int) -> [UInt8] {
        stride(from: 0, to: message.count, by: size).flatMap { start in
            [22, 3, 1] + self.prefixed(Array(message[start..<min(start + size, message.count)]))
        }
    }

    private func read(_ bytes: [UInt8], step: Int) -> (ClientHello.Progress, Int) {
        var hello = ClientHello()
        var progress = ClientHello.Progress.needMore
        var taken = 0
        while taken < bytes.count, progress == .needMore {
            let next = min(taken + step, bytes.count)
            progress = hello.receive(ByteBuffer(bytes: bytes[taken..<next]))
            taken = next
        }
        #expect(Array(hello.received.readableBytesView) == Array(bytes[..<taken]))
        return (progress, taken)
    }

    @Test(arguments: ["chat.example.com", "a", nil], [1, 7, 50, 4000])
    func isFoundHoweverTheMessageIsDivided(name: String?, size: Int) {
        let bytes = Self.records(Self.hello(name), size: size)
        for step in [1, 2, 3, 5, 64, 10_000] {
            let (progress, taken) = self.read(bytes, step: step)
            #expect(progress == .name(name), "step \(step)")
            #expect(taken == bytes.count)
        }
    }

    @Test func aMessageThatIsNotCompleteIsWaitedFor() {
        let bytes = Self.records(Self.hello("chat.example.com"), size: 4000)
        for count in 0..<bytes.count {
            #expect(self.read(Array(bytes[..<count]), step: 10_000).0 == .needMore, "\(count) bytes")
        }
    }

    @Test(
        arguments: [
            [71, 69, 84], [22, 3, 1, 0, 0], [22, 3, 1, 255, 255], [22, 3, 1, 0, 4, 2, 0, 0, 0],
            [22, 3, 1, 0, 4, 1, 255, 255, 255],
            [21, 3, 1, 0, 2, 1, 0],
        ] as [[UInt8]]
    )
    func whatCannotBecomeAMessageIsNotWaitedFor(bytes: [UInt8]) {
        #expect(self.read(bytes, step: 1000).0 == .name(nil))
    }

    @Test func noDamageToAMessageStopsTheReader() {
        let bytes = Self.records(Self.hello("chat.example.com"), size: 40)
        for index in bytes.indices {
            for value: UInt8 in [0, 1, 127, 128, 255] {
                var damaged = bytes
                damaged[index] = value
                let (progress, _) = self.read(damaged, step: 33)
                if case .name(let name?) = progress { #expect(name.utf8.count <= bytes.count) }
            }
        }
    }
}
