/// What a request is counted by. Valid only during the call that it is handed to.
enum LimitValue {
    /// The value of a field, parameter or cookie, or a consumer's name.
    case text(UnsafeRawBufferPointer)
    case address(AddressBits)

    /// Calls `body` with the value's bytes; an address has 4 or 16, so that each has one form.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch self {
        case .text(let bytes): body(bytes)
        case .address(let address): address.withBytes(body)
        }
    }

    /// The value as people read it.
    var text: String {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .address(let address): address.description
        }
    }
}
