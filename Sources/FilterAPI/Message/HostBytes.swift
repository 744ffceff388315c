/// The part of an authority that names the host: without port and without a dot at the end; `[::1]` with brackets.
///
/// Everything that decides by a host decides by these bytes, so that no spelling of a host is two hosts for two of them.
package func hostBytes(of authority: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let isBracketed = authority.first == UInt8(ascii: "[")
    let mark = UInt8(ascii: isBracketed ? "]" : ":")
    var end = authority.firstIndex(of: mark) ?? authority.count
    if isBracketed { end = min(end + 1, authority.count) }
    if end > 1, authority[end - 1] == UInt8(ascii: ".") { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: authority[..<end])
}

extension RequestHead {
    /// Calls `body` with the bytes of the host that ``authority`` names, without a copy for one that nobody changed: without
    /// port and without a dot at the end, as routes compare it. Letters have the case that the client sent.
    ///
    /// - Parameter body: Receives the bytes, none for a request without a host; they are valid only during the call.
    public func withHostBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try self.host.withBytes(in: self.headers.wire) { try body(hostBytes(of: $0)) }
    }
}
