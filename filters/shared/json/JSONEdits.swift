import NIOCore

/// Changes of a JSON text that leave everything else as it was written, blanks too.
struct JSONEdits {
    private let document: JSONDocument
    private var edits: [(range: Range<Int>, bytes: ByteBuffer)] = []
    private var hasAdded = false

    init(_ document: JSONDocument) { self.document = document }

    /// Whether nothing was changed.
    var isEmpty: Bool { self.edits.isEmpty }

    /// Puts another value in the place of one.
    mutating func replace(_ value: Int, with json: ByteBuffer) {
        self.edits.append((self.document.wholeRange(of: value), json))
    }

    /// Puts elements before one, or at an array's beginning.
    mutating func insert(_ elements: [ByteBuffer], before element: Int) {
        guard !elements.isEmpty else { return }
        let start = self.document.wholeRange(of: element).lowerBound
        var bytes = ByteBuffer()
        for element in elements {
            bytes.writeImmutableBuffer(element)
            bytes.writeStaticString(",")
        }
        self.edits.append((start..<start, bytes))
    }

    /// Puts elements at the end of an array.
    mutating func append(_ elements: [ByteBuffer], to array: Int) {
        guard !elements.isEmpty, self.document.kind(of: array) == .array else { return }
        let last = self.document.elements(of: array).last
        let place =
            last.map { self.document.wholeRange(of: $0).upperBound } ?? self.document.range(of: array).upperBound - 1
        var bytes = ByteBuffer()
        for (index, element) in elements.enumerated() {
            if index > 0 || last != nil { bytes.writeStaticString(",") }
            bytes.writeImmutableBuffer(element)
        }
        self.edits.append((place..<place, bytes))
    }

    /// Adds a member at the end of the whole text, which is an object.
    mutating func append(member name: String, _ json: ByteBuffer) {
        guard self.document.kind(of: JSONDocument.root) == .object else { return }
        var last: Int?
        self.document.forEachMember(of: JSONDocument.root) { last = $1 }
        let place =
            last.map { self.document.wholeRange(of: $0).upperBound }
            ?? self.document.range(of: JSONDocument.root).upperBound - 1
        var bytes = ByteBuffer(string: last == nil && !self.hasAdded ? "" : ",")
        bytes.writeImmutableBuffer(JSONTree.text(name).bytes)
        bytes.writeStaticString(":")
        bytes.writeImmutableBuffer(json)
        self.hasAdded = true
        self.edits.append((place..<place, bytes))
    }

    /// The text with all changes.
    ///
    /// Changes at one place come in the order in which they were made.
    var text: ByteBuffer {
        var output = ByteBuffer()
        let text = self.document.text
        output.reserveCapacity(text.readableBytes + self.edits.reduce(0) { $0 + $1.bytes.readableBytes })
        var position = 0
        let ordered = self.edits.enumerated().sorted {
            ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
        }
        for (_, edit) in ordered where edit.range.lowerBound >= position {
            output.writeImmutableBuffer(text.slice(position..<edit.range.lowerBound))
            output.writeImmutableBuffer(edit.bytes)
            position = edit.range.upperBound
        }
        output.writeImmutableBuffer(text.slice(position..<text.readableBytes))
        return output
    }
}

extension JSONDocument {
    /// Where a value lies, a string with its quotes.
    func wholeRange(of value: Int) -> Range<Int> {
        let range = self.range(of: value)
        return self.kind(of: value) == .string ? range.lowerBound - 1..<range.upperBound + 1 : range
    }

    /// The members of that name in an object.
    private func members(named name: String, of value: Int) -> [Int] {
        var values: [Int] = []
        self.forEachMember(of: value) { member, value in
            if self.decoded(member).readableBytesView.elementsEqual(name.utf8) { values.append(value) }
        }
        return values
    }

    /// The value at a path of names, the first where a name is there twice, and whether one is.
    func value(at path: JSONKeyPath) -> (value: Int, isAmbiguous: Bool)? {
        var value = Self.root
        var isAmbiguous = false
        for step in path.steps {
            guard case .name(let name) = step else { return nil }
            if self.kind(of: value) == .array {
                let elements = self.elements(of: value)
                guard let index = Int(name), elements.indices.contains(index) else { return nil }
                value = elements[index]
            } else {
                let members = self.members(named: name, of: value)
                guard let first = members.first else { return nil }
                if members.count > 1 { isAmbiguous = true }
                value = first
            }
        }
        return (value, isAmbiguous)
    }

    /// The same text, or where the name at a path is there twice one that has it once: parsers disagree about which counts.
    func leavingOne(at path: JSONKeyPath) -> JSONDocument {
        guard let found = self.value(at: path), found.isAmbiguous else { return self }
        var tree = JSONTree(self)
        tree.set(JSONTree(self, found.value), at: path)
        return JSONDocument(tree.bytes) ?? self
    }

    /// The text with a string at a path, and nothing else there.
    func settingText(_ text: String, at path: JSONKeyPath) -> ByteBuffer {
        let string = JSONTree.text(text)
        if let found = self.value(at: path), !found.isAmbiguous {
            var edits = JSONEdits(self)
            edits.replace(found.value, with: string.bytes)
            return edits.text
        }
        var tree = JSONTree(self)
        tree.set(string, at: path)
        return tree.bytes
    }
}

extension ByteBuffer {
    fileprivate func slice(_ range: Range<Int>) -> ByteBuffer {
        self.getSlice(at: self.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
