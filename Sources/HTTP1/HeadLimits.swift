/// What a message head may cost before it is refused.
package struct HeadLimits: Sendable, Hashable {
    /// The bytes of a request line or status line without its CRLF; default 8 KiB.
    package let startLineBytes: Int
    /// The bytes of all field lines together, CRLF included, without the empty line at the end; default 60 KiB.
    package let headerBytes: Int
    /// The number of fields; default 100.
    package let fieldCount: Int

    /// No limit goes above 16 MiB or 65,535 fields, so that every offset fits its table.
    private static let ceiling = 1 << 24

    /// Makes the limits; values outside the possible range are moved into it.
    package init(startLineBytes: Int = 8 << 10, headerBytes: Int = 60 << 10, fieldCount: Int = 100) {
        self.startLineBytes = min(max(startLineBytes, 16), HeadLimits.ceiling)
        self.headerBytes = min(max(headerBytes, 0), HeadLimits.ceiling)
        self.fieldCount = min(max(fieldCount, 0), Int(UInt16.max))
    }
}
