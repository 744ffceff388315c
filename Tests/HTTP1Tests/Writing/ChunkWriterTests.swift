import FilterAPI
import HTTP1
import NIOCore
import Testing

struct ChunkWriterTests {
    @Test(arguments: [
        (1, "1"), (9, "9"), (10, "a"), (15, "f"), (16, "10"), (255, "ff"), (65_536, "10000"),
        (Int.max, "7fffffffffffffff"),
    ])
    func sizeIsHexadecimalWithoutLeadingZeros(_ size: Int, _ text: String) {
        var buffer = ByteBuffer()
        ChunkWriter.writeHeader(size: size, into: &buffer)
        #expect(buffer.text == text + "\r\n")
    }

    @Test(arguments: [0, -1, Int.min])
    func emptyChunkIsNotWrittenSinceItWouldEndTheBody(_ size: Int) {
        var buffer = ByteBuffer()
        ChunkWriter.writeHeader(size: size, into: &buffer)
        #expect(buffer.readableBytes == 0)
    }

    @Test func writtenBodyIsDecodedToTheSameDataAndTrailers() {
        var buffer = ByteBuffer()
        for data in ["hello", "\r\n0\r\n\r\n", String(repeating: "x", count: 300)] {
            ChunkWriter.writeHeader(size: data.utf8.count, into: &buffer)
            buffer.writeString(data)
            ChunkWriter.writeEnding(into: &buffer)
        }
        ChunkWriter.writeEnd(trailers: ["x-a": "1", "content-length": "5", "grpc-status": "0"], into: &buffer)
        let outcome = readBody(buffer.text)
        #expect(outcome.data == "hello\r\n0\r\n\r\n" + String(repeating: "x", count: 300))
        #expect(outcome.end == .ended)
        #expect(outcome.trailers == [Field("x-a", "1"), Field("grpc-status", "0")])
    }

    @Test(arguments: [1, 9, 10, 15, 16, 255, 256, 4095, 4096, 65_535, 65_536, 100_000])
    func wholeChunkIsItsLineItsDataAndItsEnding(_ size: Int) {
        let data = ByteBuffer(repeating: UInt8(ascii: "x"), count: size)
        var parts = ByteBuffer(string: "before")
        ChunkWriter.writeHeader(size: size, into: &parts)
        parts.writeImmutableBuffer(data)
        ChunkWriter.writeEnding(into: &parts)
        var whole = ByteBuffer(string: "before")
        ChunkWriter.write(data, into: &whole)
        #expect(whole == parts)
    }

    @Test func emptyWholeChunkIsNotWritten() {
        var buffer = ByteBuffer()
        ChunkWriter.write(ByteBuffer(), into: &buffer)
        #expect(buffer.readableBytes == 0)
    }

    @Test func endWithoutTrailersIsTheLastChunk() {
        var buffer = ByteBuffer()
        ChunkWriter.writeEnd(into: &buffer)
        #expect(buffer.text == "0\r\n\r\n")
    }
}
