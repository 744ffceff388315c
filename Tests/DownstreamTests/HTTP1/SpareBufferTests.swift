import Downstream
import NIOCore
import Testing

@Suite("The memory for the next write")
struct SpareBufferTests {
    private func address(_ buffer: ByteBuffer) -> UnsafeRawPointer? {
        buffer.withVeryUnsafeBytes { $0.baseAddress }
    }

    @Test("is that of the last one, once that is written")
    func reuse() {
        var spare = SpareBuffer()
        var first: ByteBuffer? = spare.take(capacity: 100)
        first?.writeString("first")
        let place = first.flatMap { self.address($0) }
        if let first { spare.keep(first) }
        first = nil
        let second = spare.take(capacity: 50)
        #expect(second.readableBytes == 0 && second.capacity >= 100)
        #expect(self.address(second) == place)
    }

    @Test("is other memory, no more than is needed, while a socket holds the last")
    func held() {
        var spare = SpareBuffer()
        var first = spare.take(capacity: 4096)
        first.writeString("first")
        spare.keep(first)
        var second = spare.take(capacity: 64)
        second.writeString("second")
        #expect(second.capacity == 64)
        #expect(String(buffer: first) == "first" && String(buffer: second) == "second")
        #expect(self.address(second) != self.address(first))
    }

    @Test("is not kept when it is much")
    func limit() {
        var spare = SpareBuffer()
        spare.keep(ByteBuffer(repeating: 0, count: SpareBuffer.limit + 1))
        let afterMuch = spare.take(capacity: 64)
        #expect(afterMuch.capacity == 64)
        spare.keep(ByteBuffer(repeating: 0, count: SpareBuffer.limit))
        let afterLittle = spare.take(capacity: 64)
        #expect(afterLittle.capacity == SpareBuffer.limit)
    }
}
