import NIOCore
import Testing

@testable import Upstream

@Suite("RESP command encoder")
struct RESPCommandEncoderTests {
    @Test("writes commands as arrays of bulk strings, one behind the other")
    func writesCommands() {
        var encoder = RESPCommandEncoder()
        encoder.append(redisCommand("SET", "k", ""))
        encoder.append(redisCommand("PING"))
        #expect(
            String(buffer: joined(encoder.finish())) == "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n"
        )
    }

    @Test("counts bytes, not characters, and leaves every byte as it is")
    func isBinarySafe() throws {
        let bytes = ByteBuffer(bytes: (0...255).map { UInt8($0) })
        var encoder = RESPCommandEncoder()
        encoder.append([bytes, ByteBuffer(string: "日本")])
        var parser = RESPParser()
        parser.append(joined(encoder.finish()))
        #expect(try parser.next() == .array([.bulkString(bytes), "日本"]))
    }

    @Test("passes large arguments on without a copy", arguments: [-1, 0, 1, 5000])
    func doesNotCopyLargeArguments(excess: Int) throws {
        let size = RESPCommandEncoder.copyLimit + excess
        let large = ByteBuffer(repeating: 0x61, count: size)
        var encoder = RESPCommandEncoder()
        encoder.append([ByteBuffer(string: "SET"), large, ByteBuffer(string: "x")])
        let buffers = encoder.finish()
        #expect(buffers.contains(large) == (excess >= 0))
        var parser = RESPParser()
        parser.append(joined(buffers))
        #expect(try parser.next() == .array(["SET", .bulkString(large), "x"]))
    }

    private func joined(_ buffers: [ByteBuffer]) -> ByteBuffer {
        buffers.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
    }
}
