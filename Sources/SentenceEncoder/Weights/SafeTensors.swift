/// A safetensors file: a length, a JSON table of tensors, and their numbers.
///
/// Source: https://github.com/huggingface/safetensors#format.
struct SafeTensors: Sendable {
    /// One line of the table.
    struct Entry: Sendable, Hashable {
        let type: String
        let shape: [Int]
        /// Where its numbers are in the file.
        let range: Range<Int>
    }

    /// The longest table that the format allows.
    static let longestTable = 100_000_000

    let file: MappedFile
    let name: String
    let entries: [String: Entry]

    /// - Throws: ``ModelError`` for a table that is damaged or points outside the file.
    init(_ file: MappedFile, name: String) throws(ModelError) {
        self.file = file
        self.name = name
        let size = file.bytes.count
        guard size >= 8 else { throw ModelError(file: name, "found \(size) bytes; expected a safetensors file") }
        let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(min(size - 8, Self.longestTable)) else {
            throw ModelError(file: name, "the table of tensors is longer than the file; expected a safetensors file")
        }
        let start = 8 + Int(length)
        let table = try JSONText(Array(file.bytes[8..<start]), file: name).root
        var entries: [String: Entry] = [:]
        try table.forEachMember { (key, value) throws(ModelError) in
            let key = String(decoding: key, as: UTF8.self)
            if key != "__metadata__" { entries[key] = try Self.entry(key, value, start, size) }
        }
        try Self.refuseOverlaps(entries, name)
        self.entries = entries
    }

    /// Refuses a number that belongs to two tensors, as the format does.
    private static func refuseOverlaps(_ entries: [String: Entry], _ name: String) throws(ModelError) {
        let ordered = entries.filter { !$0.value.range.isEmpty }
            .sorted { $0.value.range.lowerBound < $1.value.range.lowerBound }
        for (before, after) in zip(ordered, ordered.dropFirst())
        where after.value.range.lowerBound < before.value.range.upperBound {
            throw ModelError(
                file: name,
                field: after.key,
                "\"data_offsets\" overlaps with that of \(before.key)"
            )
        }
    }

    private static func entry(_ key: String, _ value: JSONValue, _ start: Int, _ size: Int) throws(ModelError) -> Entry
    {
        func wrong(_ what: String) -> ModelError { ModelError(file: value.text.file, field: key, what) }
        guard let type = value.member("dtype")?.string else { throw wrong("expected a text \"dtype\"") }
        guard let shapeValue = value.member("shape"), shapeValue.isArray else {
            throw wrong("expected a list \"shape\"")
        }
        let shape = shapeValue.elements.map(\.integer)
        guard shape.count <= 8, shape.allSatisfy({ $0.map { $0 >= 0 && $0 <= 1 << 40 } ?? false }) else {
            throw wrong("expected up to 8 sizes in \"shape\"")
        }
        let offsets = value.member("data_offsets")?.elements.map(\.integer) ?? []
        guard offsets.count == 2, let first = offsets[0], let last = offsets[1], first >= 0, first <= last,
            last <= size - start
        else { throw wrong("\"data_offsets\" points outside the file") }
        let entry = Entry(type: type, shape: shape.compactMap { $0 }, range: (start + first)..<(start + last))
        if let bytes = Self.bytesPerNumber[type] {
            var expected = bytes
            for length in entry.shape {
                let (product, overflow) = expected.multipliedReportingOverflow(by: length)
                guard !overflow else { throw wrong("the product of \"shape\" is out of range") }
                expected = product
            }
            guard expected == last - first else {
                throw wrong("found \(last - first) bytes; expected \(expected) for \(type) \(entry.shape)")
            }
        }
        return entry
    }

    private static let bytesPerNumber = ["F32": 4, "F16": 2, "BF16": 2]

    /// The numbers of a tensor in single precision.
    ///
    /// - Parameters:
    ///   - names: What it may be called; the first one that is there counts.
    ///   - shape: The shape that it has to have.
    func tensor(_ names: [String], shape: [Int]) throws(ModelError) -> Tensor {
        guard let key = names.first(where: { self.entries[$0] != nil }), let entry = self.entries[key] else {
            throw ModelError(file: self.name, field: names.first, "missing tensor")
        }
        guard entry.shape == shape else {
            throw ModelError(file: self.name, field: key, "found the shape \(entry.shape); expected \(shape)")
        }
        guard Self.bytesPerNumber[entry.type] != nil else {
            throw ModelError(file: self.name, field: key, "found numbers \(entry.type); expected F32, F16 or BF16")
        }
        return Tensor(self.file, entry)
    }
}
