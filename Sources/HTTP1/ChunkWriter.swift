package import FilterAPI
package import NIOCore

/// Writes the framing of a chunked body (RFC 9112, section 7.1); the data goes out between header and ending as it is.
package enum ChunkWriter {
    /// Appends the line before a chunk's data.
    ///
    /// - Parameter size: The data's bytes; a size below 1 writes nothing, since an empty chunk would end the body.
    package static func writeHeader(size: Int, into buffer: inout ByteBuffer) {
        guard size > 0 else { return }
        var shift = (63 - size.leadingZeroBitCount) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: size >> shift) & 15
            buffer.writeInteger(digit < 10 ? digit &+ 0x30 : digit &+ 0x57)
            shift -= 4
        }
        buffer.writeStaticString("\r\n")
    }

    /// Appends a whole chunk, in one go; for empty data nothing, since an empty chunk would end the body.
    package static func write(_ data: ByteBuffer, into buffer: inout ByteBuffer) {
        let size = data.readableBytes
        guard size > 0 else { return }
        let digits = (67 - size.leadingZeroBitCount) / 4
        let length = digits + 2 + size + 2
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { memory in
            var rest = size
            for place in stride(from: digits - 1, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest & 15)
                memory[place] = digit < 10 ? digit &+ 0x30 : digit &+ 0x57
                rest >>= 4
            }
            memory[digits] = .carriageReturn
            memory[digits + 1] = .lineFeed
            data.withUnsafeReadableBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: memory[(digits + 2)...]).copyMemory(from: bytes)
            }
            memory[length - 2] = .carriageReturn
            memory[length - 1] = .lineFeed
            return length
        }
    }

    /// Appends what follows a chunk's data.
    package static func writeEnding(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("\r\n")
    }

    /// Appends the last chunk and the trailers, without those that are not allowed.
    package static func writeEnd(trailers: HeaderFields? = nil, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("0\r\n")
        if var trailers, !trailers.isEmpty {
            trailers.removeForbiddenTrailers()
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: trailers.writtenSize) { memory in
                trailers.withLineSources { sources in
                    var cursor = HeadCursor(memory)
                    _ = trailers.writeLines(.none, sources, &cursor)
                    return cursor.count
                }
            }
        }
        buffer.writeStaticString("\r\n")
    }
}
