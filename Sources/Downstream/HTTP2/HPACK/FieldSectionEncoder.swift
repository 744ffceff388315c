import FilterAPI
import NIOCore

/// Encodes the header sections of a connection's responses, byte for byte as the fields are.
///
/// Names and statuses are named by their numbers in the static table, values are written as they are: neither a table for
/// each connection nor Huffman's code, so an idle connection holds nothing for it, and what one client could learn
/// about another's fields from the size of its own (RFC 7541, section 7.1) is not there to learn.
///
/// Source: RFC 7541, section 6; RFC 9113, sections 8.2 and 8.3.2.
struct FieldSectionEncoder {
    /// A literal field without indexing (section 6.2.2).
    private static let literal: UInt8 = 0x00
    /// The size of the dynamic table as numbers have it: nothing (section 6.3).
    private static let noTable: UInt8 = 0x20
    /// A field's part beside name and value, at most.
    private static let fieldOverhead = 1 + 2 * HPACKWriter.longestNumber
    /// Room for the size of the table and the status.
    private static let sectionOverhead = 8

    private let numbers = StaticFieldTable.shared.numbers
    /// Whether the client still has to be told that no table is used.
    private var owesTableSize = false
    private var hasSaidTableSize = false

    /// The client has named the largest table that it allows.
    ///
    /// A client that allows less than the protocol's default waits for the encoder's word (section 4.2).
    mutating func tableLimited(to size: Int) {
        if size < DynamicFieldTable.maximumSize, !self.hasSaidTableSize { self.owesTableSize = true }
    }

    /// Appends the section of a head, final or informational.
    mutating func write(_ head: ResponseHead, into buffer: inout ByteBuffer) {
        self.write(head.headers, status: head.status, into: &buffer)
    }

    /// Appends the section of trailers.
    mutating func write(trailers fields: HeaderFields, into buffer: inout ByteBuffer) {
        self.write(fields, status: nil, into: &buffer)
    }

    private mutating func write(_ fields: HeaderFields, status: Int?, into buffer: inout ByteBuffer) {
        let saysTableSize = self.owesTableSize
        if saysTableSize {
            self.owesTableSize = false
            self.hasSaidTableSize = true
        }
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: FieldSectionEncoder.room(for: fields)) { memory in
            var writer = HPACKWriter(memory)
            if saysTableSize { writer.write(FieldSectionEncoder.noTable) }
            if let status { FieldSectionEncoder.write(status, &writer) }
            self.write(fields, &writer)
            return writer.count
        }
    }

    private static func room(for fields: HeaderFields) -> Int {
        var room = FieldSectionEncoder.sectionOverhead
        for entry in fields.entries {
            room += Int(entry.nameLength) + Int(entry.valueLength) + FieldSectionEncoder.fieldOverhead
        }
        return room
    }

    /// The status is a field of the static table, or has its name there.
    private static func write(_ status: Int, _ writer: inout HPACKWriter) {
        switch status {
        case 200: writer.write(0x88)
        case 204: writer.write(0x89)
        case 206: writer.write(0x8A)
        case 304: writer.write(0x8B)
        case 400: writer.write(0x8C)
        case 404: writer.write(0x8D)
        case 500: writer.write(0x8E)
        default:
            let status = min(max(status, 100), 999)
            writer.write(FieldSectionEncoder.literal | 8)
            writer.write(3)
            writer.write(UInt8(truncatingIfNeeded: status / 100 + 0x30))
            writer.write(UInt8(truncatingIfNeeded: status / 10 % 10 + 0x30))
            writer.write(UInt8(truncatingIfNeeded: status % 10 + 0x30))
        }
    }

    @inline(__always)
    private func write(_ fields: HeaderFields, _ writer: inout HPACKWriter) {
        fields.wire.withUnsafeReadableBytes { wire in
            fields.edits.withUnsafeReadableBytes { edits in
                for entry in fields.entries where !FieldSectionEncoder.isConnectionSpecific(entry.id) {
                    let source = entry.isEdit ? edits : wire
                    let (nameStart, valueStart) = (Int(entry.nameStart), Int(entry.valueStart))
                    let (nameEnd, valueEnd) = (nameStart + Int(entry.nameLength), valueStart + Int(entry.valueLength))
                    guard nameEnd <= source.count, valueEnd <= source.count else { continue }
                    let number = Int(self.numbers[Int(entry.id)])
                    writer.writeInteger(number, prefix: 4, FieldSectionEncoder.literal)
                    if number == 0 { writer.writeLowercased(.init(rebasing: source[nameStart..<nameEnd])) }
                    writer.writeString(.init(rebasing: source[valueStart..<valueEnd]))
                }
            }
        }
    }

    /// Whether a field speaks of an HTTP/1 connection, and has no place here (RFC 9113, section 8.2.2).
    @inline(__always)
    private static func isConnectionSpecific(_ id: UInt8) -> Bool {
        switch id {
        case HeaderName.connection.id, HeaderName.keepAlive.id, HeaderName.proxyConnection.id,
            HeaderName.transferEncoding.id, HeaderName.upgrade.id, HeaderName.te.id:
            true
        default: false
        }
    }
}
