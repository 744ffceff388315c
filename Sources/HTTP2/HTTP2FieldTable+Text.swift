package import FilterAPI
package import HTTP1
package import NIOHPACK

// The same for fields that were decoded to texts.
extension HTTP2FieldTable {
    /// Counts a field that is not added as it came; answers false when it is above the limits.
    package mutating func count(_ name: String, _ value: String) -> Bool {
        self.count(name.utf8.count, value.utf8.count)
    }

    /// The id of a field's name, 0 for one that is not interned, or `nil` for one that no field may have.
    package static func id(of name: String) -> UInt8? {
        var name = name
        return name.withUTF8 { self.id(of: UnsafeRawBufferPointer($0)) }
    }

    /// Whether a value has neither a control character nor white space at its ends.
    package static func isValid(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { self.isValid(UnsafeRawBufferPointer($0)) }
    }

    /// Whether a field speaks of the connection, and so makes the message malformed (RFC 9113, section 8.2.2).
    package static func isConnectionSpecific(_ id: UInt8, _ value: String) -> Bool {
        var value = value
        return value.withUTF8 { self.isConnectionSpecific(id, UnsafeRawBufferPointer($0)) }
    }

    /// The value of a `content-length` that is nothing but digits and in range.
    package static func contentLength(_ value: String) -> Int? {
        var value = value
        return value.withUTF8 { self.contentLength(UnsafeRawBufferPointer($0)) }
    }

    /// Adds a field that was checked.
    package mutating func append(_ name: String, _ value: String, id: UInt8) {
        var (name, value) = (name, value)
        name.withUTF8 { name in
            value.withUTF8 { value in
                self.append(UnsafeRawBufferPointer(name), UnsafeRawBufferPointer(value), id: id)
            }
        }
    }

    /// Reads trailers, without those that are not allowed, or `nil` when they are malformed or too long.
    package static func trailers(_ received: HPACKHeaders, _ limits: HeadLimits) -> HeaderFields? {
        self.trailers(limits) { isSound in
            received.allSatisfy { field in
                var (name, value) = (field.name, field.value)
                return name.withUTF8 { name in
                    value.withUTF8 { isSound(UnsafeRawBufferPointer(name), UnsafeRawBufferPointer($0)) }
                }
            }
        }
    }
}
