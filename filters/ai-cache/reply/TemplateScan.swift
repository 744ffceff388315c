/// Finds the places of `%s` in a template, and whether each lies inside a JSON string.
struct TemplateScan {
    /// One `%s`.
    struct Place: Hashable {
        var offset: Int
        var isInString: Bool
    }

    private(set) var bytes: [UInt8] = []
    private(set) var places: [Place] = []

    init(_ text: String, form: ResponseTemplate.Form) {
        let source = Array(text.utf8)
        var isInString = false
        var index = 0
        while index < source.count {
            let byte = source[index]
            let next = index + 1 < source.count ? source[index + 1] : 0
            switch byte {
            case UInt8(ascii: "\\") where !isInString && form == .eventStream && next == UInt8(ascii: "n"):
                self.bytes.append(0x0A)
                index += 2
            case UInt8(ascii: "\\") where isInString && next != 0:
                self.bytes.append(contentsOf: [byte, next])
                index += 2
            case UInt8(ascii: "%") where next == UInt8(ascii: "s"):
                self.places.append(Place(offset: self.bytes.count, isInString: isInString))
                self.bytes.append(contentsOf: [byte, next])
                index += 2
            default:
                if byte == UInt8(ascii: "\"") { isInString.toggle() }
                if byte == 0x0A || byte == 0x0D { isInString = false }
                self.bytes.append(byte)
                index += 1
            }
        }
    }
}
