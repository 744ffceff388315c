/// What the framing of a body may cost before it is refused.
package struct BodyLimits: Sendable, Hashable {
    /// The largest size of one chunk; default 2 GiB.
    package let chunkBytes: Int
    /// The bytes of all extensions of one chunk; default 4 KiB.
    package let extensionBytes: Int
    /// The framing bytes that chunks may spend beyond 16 for each chunk and twice its data; default 16 KiB.
    package let overheadBytes: Int
    /// The limits of the trailer section; default 8 KiB and 100 fields.
    package let trailers: HeadLimits

    /// Makes the limits; values outside the possible range are moved into it.
    package init(
        chunkBytes: Int = 1 << 31,
        extensionBytes: Int = 4 << 10,
        overheadBytes: Int = 16 << 10,
        trailers: HeadLimits = HeadLimits(headerBytes: 8 << 10)
    ) {
        self.chunkBytes = min(max(chunkBytes, 1), 1 << 40)
        self.extensionBytes = min(max(extensionBytes, 0), 1 << 24)
        self.overheadBytes = min(max(overheadBytes, 0), 1 << 24)
        self.trailers = trailers
    }
}
