import NIOCore

/// The fields that a client has named before and can name by a number: the last ones, up to a size.
///
/// Bytes are added behind the newest and given up before the oldest, so one buffer holds them all. It is as large as what
/// is in it asks for: most clients name a few hundred bytes.
///
/// Source: RFC 7541, sections 2.3.2 and 4.
struct DynamicFieldTable {
    /// The size that the protocol begins with, which the gateway's settings leave (RFC 9113, section 6.5.2).
    static let maximumSize = 4096
    /// How many places of fields that were given up are kept, at most, before the others move up.
    private static let keptPlaces = 32

    private(set) var bytes = ByteBuffer()
    /// The fields, the oldest first, with positions among all bytes that were ever added; the first ones may be given up.
    private var fields: [FieldSection.Field] = []
    private var oldest = 0
    /// How many bytes were given up.
    private var evicted = 0
    private var size = 0
    private var capacity = DynamicFieldTable.maximumSize

    var count: Int { self.fields.count - self.oldest }

    /// The place in ``bytes`` of a field, the newest being 0; `nil` when there is no such one.
    func field(_ index: Int) -> FieldSection.Field? {
        guard index >= 0, index < self.count else { return nil }
        var field = self.fields[self.fields.count - 1 - index]
        field.nameStart -= self.evicted
        return field
    }

    /// Adds a field, for which the oldest make room. One that is larger than the table empties it.
    mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        var field = FieldSection.Field(nameStart: 0, nameLength: name.count, valueLength: value.count)
        self.evict(for: field.size)
        guard field.size <= self.capacity else { return }
        field.nameStart = self.evicted + self.bytes.readableBytes
        if self.bytes.writableBytes < name.count + value.count { self.bytes.discardReadBytes() }
        self.bytes.writeBytes(name)
        self.bytes.writeBytes(value)
        self.fields.append(field)
        self.size += field.size
    }

    /// Changes the size; answers false when it is above the maximum.
    mutating func resize(_ capacity: Int) -> Bool {
        guard capacity <= DynamicFieldTable.maximumSize else { return false }
        self.capacity = capacity
        self.evict(for: 0)
        return true
    }

    private mutating func evict(for size: Int) {
        while self.size + size > self.capacity, self.oldest < self.fields.count {
            let field = self.fields[self.oldest]
            self.oldest += 1
            self.size -= field.size
            self.evicted += field.nameLength + field.valueLength
            self.bytes.moveReaderIndex(forwardBy: field.nameLength + field.valueLength)
        }
        if self.oldest == self.fields.count {
            self.fields.removeAll(keepingCapacity: true)
            self.oldest = 0
        } else if self.oldest >= DynamicFieldTable.keptPlaces {
            self.fields.removeFirst(self.oldest)
            self.oldest = 0
        }
    }
}
