/// What follows a scheme in an `Authorization` field and the spaces after it; `nil` for bytes that do not begin with it.
///
/// Source: RFC 9110, section 11.4.
///
/// - Parameters:
///   - scheme: The scheme in lower case and one space, such as `bearer `; it is compared without case.
///   - bytes: The field's value.
func token(after scheme: StaticString, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard bytes.count >= scheme.utf8CodeUnitCount else { return nil }
    var start = 0
    while start < scheme.utf8CodeUnitCount {
        let byte = bytes[start]
        let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
        if lowered != scheme.utf8Start[start] { return nil }
        start += 1
    }
    while start < bytes.count, bytes[start] == 0x20 { start += 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start...])
}
