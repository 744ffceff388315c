import FilterAPI

/// What a client says in `Accept-Encoding`.
///
/// Source: RFC 9110, section 12.5.3.
struct AcceptedCodings: Sendable, Hashable {
    /// Weights in thousandths; `nil` for what is not named.
    private var gzip: Int?
    private var deflate: Int?
    private var identity: Int?
    private var any: Int?

    /// Reads all `Accept-Encoding` fields of a request.
    init(_ headers: HeaderFields) {
        headers.forEachValue(of: .acceptEncoding) { value in
            FieldList.forEachItem(value) { self.read($0) }
        }
    }

    /// The coding that the client likes best, or `nil` for none.
    ///
    /// A client that says nothing may not be able to unpack anything; one that likes a body as it is better gets it so.
    ///
    /// - Parameter offered: The codings that there are; of two that are liked equally the first is taken.
    func best(of offered: [CompressionCoding]) -> CompressionCoding? {
        var best: (coding: CompressionCoding, weight: Int)?
        for coding in offered {
            let weight = self.weight(of: coding)
            if weight > 0, weight > best?.weight ?? 0 { best = (coding, weight) }
        }
        guard let best, best.weight >= self.identity ?? 0 else { return nil }
        return best.coding
    }

    private func weight(of coding: CompressionCoding) -> Int {
        switch coding {
        case .gzip: self.gzip ?? self.any ?? 0
        case .deflate: self.deflate ?? self.any ?? 0
        }
    }

    private mutating func read(_ item: Slice<UnsafeRawBufferPointer>) {
        let end = item.firstIndex(of: UInt8(ascii: ";")) ?? item.endIndex
        let name = FieldList.trimmed(item[..<end])
        let weight = end < item.endIndex ? thousandths(item[(end + 1)...]) : 1000
        if FieldList.isEqual(name, "gzip") || FieldList.isEqual(name, "x-gzip") {
            self.gzip = max(weight, self.gzip ?? 0)
        } else if FieldList.isEqual(name, "deflate") {
            self.deflate = max(weight, self.deflate ?? 0)
        } else if FieldList.isEqual(name, "identity") {
            self.identity = max(weight, self.identity ?? 0)
        } else if FieldList.isEqual(name, "*") {
            self.any = max(weight, self.any ?? 0)
        }
    }
}

/// The weight that parameters such as `q=0.5` give (RFC 9110, section 12.4.2); one that cannot be read counts as 0.
private func thousandths(_ parameters: Slice<UnsafeRawBufferPointer>) -> Int {
    var text = FieldList.trimmed(parameters)
    guard let name = text.popFirst(), name == UInt8(ascii: "q") || name == UInt8(ascii: "Q") else { return 1000 }
    text = FieldList.trimmed(text)
    guard text.popFirst() == UInt8(ascii: "=") else { return 0 }
    text = FieldList.trimmed(text)
    guard let first = text.popFirst(), first == UInt8(ascii: "0") || first == UInt8(ascii: "1") else { return 0 }
    var weight = first == UInt8(ascii: "1") ? 1000 : 0
    if let point = text.popFirst(), point != UInt8(ascii: ".") { return 0 }
    guard text.count <= 3 else { return 0 }
    var place = 100
    for digit in text {
        guard (0x30...0x39).contains(digit) else { return 0 }
        weight += Int(digit - 0x30) * place
        place /= 10
    }
    return min(weight, 1000)
}
