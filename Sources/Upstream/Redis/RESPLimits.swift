/// How much one reply may claim. A reply beyond any of these is an error before memory is spent on it.
package struct RESPLimits: Sendable {
    /// Bytes of one bulk string, blob error or verbatim string. Default 64 MiB.
    package var maximumBulkLength = 64 << 20
    /// Bytes on the wire of one whole reply. Default 128 MiB.
    package var maximumReplyLength = 128 << 20
    /// Bytes of one line: simple strings, errors, numbers and all headers. Default 64 KiB.
    package var maximumLineLength = 64 << 10
    /// Values in one reply, those of nested aggregates and of attributes included. Default 1,048,576.
    package var maximumValues = 1 << 20
    /// Aggregates inside one another. Default 32; what Redis itself sends stays under 8.
    package var maximumDepth = 32

    package init() {}
}
