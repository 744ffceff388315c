/// One pair of a `Cookie` field.
///
/// Source: RFC 6265, section 4.2.1.
struct Cookie {
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer

    /// Calls `body` with each pair of a field; both parts are valid only during the call.
    static func forEach(in field: UnsafeRawBufferPointer, _ body: (Cookie) -> Void) {
        for pair in field.split(separator: UInt8(ascii: ";")) {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            body(
                Cookie(
                    name: UnsafeRawBufferPointer(rebasing: pair[..<equals].drop { $0 == 0x20 || $0 == 0x09 }),
                    value: UnsafeRawBufferPointer(rebasing: pair[(equals + 1)...])
                )
            )
        }
    }

    /// Whether the name is this text, compared with case.
    func isNamed(_ name: String) -> Bool { self.name.elementsEqual(name.utf8) }
}
