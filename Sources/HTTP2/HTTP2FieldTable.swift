package import FilterAPI
package import HTTP1
import NIOCore

/// Builds a table of fields from decoded ones, laid out as HTTP/1 lines so that they can be forwarded in one piece.
///
/// Source: RFC 9113, section 8.2.
package struct HTTP2FieldTable {
    /// The fields so far.
    package private(set) var fields = HeaderFields()
    private let limits: HeadLimits
    private var bytes = 0
    private var count = 0

    /// - Parameters:
    ///   - limits: Above these ``count(_:_:)`` answers false.
    ///   - capacity: The bytes to make room for at once.
    package init(_ limits: HeadLimits, capacity: Int) {
        self.limits = limits
        self.fields.wire = ByteBuffer()
        self.fields.wire.reserveCapacity(capacity)
        self.fields.entries.reserveCapacity(16)
    }

    /// Counts a field that is not added as it came; answers false when it is above the limits.
    package mutating func count(_ nameLength: Int, _ valueLength: Int) -> Bool {
        self.count += 1
        self.bytes += nameLength + valueLength + 4
        return self.bytes <= self.limits.headerBytes && self.count <= self.limits.fieldCount
    }

    /// The id of a field's name, 0 for one that is not interned, or `nil` for one that no field may have.
    package static func id(of name: UnsafeRawBufferPointer) -> UInt8? {
        guard !name.isEmpty else { return nil }
        for byte in name {
            guard isTokenCharacter(byte), !(byte >= 0x41 && byte <= 0x5A) else { return nil }
        }
        return HeaderNameTable.shared.id(of: name)
    }

    /// Whether a value has neither a control character nor white space at its ends.
    package static func isValid(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = value.first, let last = value.last else { return true }
        guard first != 0x20, first != 0x09, last != 0x20, last != 0x09 else { return false }
        for byte in value where byte < 0x20 && byte != 0x09 || byte == 0x7F { return false }
        return true
    }

    /// Whether a field speaks of the connection, and so makes the message malformed (section 8.2.2).
    package static func isConnectionSpecific(_ id: UInt8, _ value: UnsafeRawBufferPointer) -> Bool {
        switch id {
        case HeaderName.connection.id, HeaderName.keepAlive.id, HeaderName.proxyConnection.id,
            HeaderName.transferEncoding.id, HeaderName.upgrade.id:
            true
        case HeaderName.te.id: String(decoding: value, as: UTF8.self).lowercased() != "trailers"
        default: false
        }
    }

    /// The value of a `content-length` that is nothing but digits and in range.
    package static func contentLength(_ value: UnsafeRawBufferPointer) -> Int? {
        guard !value.isEmpty, value.count <= 18 else { return nil }
        var length = 0
        for digit in value {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            length = length &* 10 &+ Int(digit &- 0x30)
        }
        return length
    }

    /// Adds a field that was checked.
    package mutating func append(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, id: UInt8) {
        let nameStart = self.fields.wire.readableBytes
        let nameLength = self.fields.wire.writeBytes(name)
        self.fields.wire.writeStaticString(": ")
        let valueStart = self.fields.wire.readableBytes
        let valueLength = self.fields.wire.writeBytes(value)
        self.fields.wire.writeStaticString("\r\n")
        self.fields.entries.append(
            HeaderFields.Entry(
                nameStart: UInt32(truncatingIfNeeded: nameStart),
                nameLength: UInt16(truncatingIfNeeded: nameLength),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueLength: UInt32(truncatingIfNeeded: valueLength),
                lineEnd: UInt32(truncatingIfNeeded: self.fields.wire.readableBytes),
                id: id
            )
        )
    }
}

extension HTTP2FieldTable {
    /// Adds a field under a known name.
    package mutating func append(_ name: HeaderName, _ value: UnsafeRawBufferPointer) {
        var text = name.string
        text.withUTF8 { self.append(UnsafeRawBufferPointer($0), value, id: name.id) }
    }

    /// Reads trailers, without those that are not allowed, or `nil` when they are malformed or too long.
    ///
    /// - Parameter allSatisfy: Goes through the fields' names and values while they are sound.
    package static func trailers(
        _ limits: HeadLimits,
        _ allSatisfy: ((UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool) -> Bool
    ) -> HeaderFields? {
        var table = HTTP2FieldTable(limits, capacity: 256)
        let isSound = allSatisfy { name, value in
            guard let id = self.id(of: name), self.isValid(value), !self.isConnectionSpecific(id, value),
                name.count <= UInt16.max, table.count(name.count, value.count)
            else { return false }
            table.append(name, value, id: id)
            return true
        }
        guard isSound else { return nil }
        var fields = table.fields
        fields.removeForbiddenTrailers()
        return fields
    }
}
