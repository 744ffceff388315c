/// Brings a request target's path into the one form that matcher, filters and upstream all use.
///
/// Done once, in this order, on the path only; the query stays as it came:
/// 1. `\` becomes `/`. Escapes of unreserved characters are decoded (`%41` is `A`, `%2e` is `.`), since RFC 3986,
///    section 6.2.2.2, holds both for the same path: a rule for `/admin` must see `/%61dmin`. All other escapes stay,
///    with upper-case digits; so `%2F` is never a separator, and `%25` is never decoded and so nothing twice.
/// 2. Runs of `/` become one, and `.` and `..` segments are resolved; `..` at the root stays there (section 5.2.4).
///
/// Refused are `%00`, an incomplete escape, overlong UTF-8 in escapes, and, in the query too, raw control characters,
/// spaces, `#` and bytes above 0x7E.
package enum TargetNormalisation {
    /// What normalising came to.
    package enum Outcome: Equatable {
        /// The target is in the normal form.
        case unchanged
        /// The normal form, which differs.
        case changed(String)
        /// The target is refused.
        case invalid
    }

    /// Normalises path and query.
    ///
    /// - Parameter target: The bytes, beginning with `/`, or with `?` for the empty path of an absolute URI.
    package static func normalise(_ target: UnsafeRawBufferPointer) -> Outcome {
        guard let base = target.baseAddress, let first = target.first, first == slash || first == mark else {
            return .invalid
        }
        let count = target.count
        var isNormal = first == slash
        var previous: UInt8 = 0
        var pathEnd = 0
        while pathEnd < count {
            let byte = base.load(fromByteOffset: pathEnd, as: UInt8.self)
            if isLetter(byte) {
                previous = byte
                pathEnd &+= 1
                continue
            }
            if byte == mark { break }
            guard isAllowed(byte) else { return .invalid }
            if previous == slash, byte == slash || byte == dot { isNormal = false }
            if byte == percent || byte == backslash { isNormal = false }
            previous = byte
            pathEnd &+= 1
        }
        var offset = pathEnd
        while offset < count {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            guard isLetter(byte) || isAllowed(byte) else { return .invalid }
            offset &+= 1
        }
        if isNormal { return .unchanged }
        return rewrite(UnsafeRawBufferPointer(rebasing: target[..<pathEnd]), query: target[pathEnd...])
    }

    /// The way of a path that may not be in the normal form.
    private static func rewrite(
        _ path: UnsafeRawBufferPointer,
        query: Slice<UnsafeRawBufferPointer>
    ) -> Outcome {
        guard var bytes = decoded(path) else { return .invalid }
        if bytes.isEmpty { bytes = [slash] }
        resolveSegments(&bytes)
        if bytes.elementsEqual(path) { return .unchanged }
        bytes.append(contentsOf: query)
        return .changed(String(decoding: bytes, as: UTF8.self))
    }

    /// The path with `/` for `\` and without needless escapes, or `nil` when an escape is refused.
    private static func decoded(_ path: UnsafeRawBufferPointer) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.count)
        var offset = 0
        var lead: UInt8 = 0
        while offset < path.count {
            let byte = path[offset]
            guard byte == percent else {
                bytes.append(byte == backslash ? slash : byte)
                lead = 0
                offset += 1
                continue
            }
            guard offset + 2 < path.count, let value = octet(path[offset + 1], path[offset + 2]) else { return nil }
            guard value != 0, !isOverlong(lead, value) else { return nil }
            if isUnreserved(value) {
                bytes.append(value)
            } else {
                bytes.append(percent)
                bytes.append(upperCased(path[offset + 1]))
                bytes.append(upperCased(path[offset + 2]))
            }
            lead = value
            offset += 3
        }
        return bytes
    }

    /// Merges runs of `/` and resolves dot segments in place; the path begins with `/`.
    private static func resolveSegments(_ bytes: inout [UInt8]) {
        var written = 0
        var read = 0
        while read < bytes.count {
            // bytes[read] is a slash that begins a segment.
            var end = read + 1
            while end < bytes.count, bytes[end] != slash { end += 1 }
            let length = end - read - 1
            let isLast = end == bytes.count
            let isDot = length == 1 && bytes[read + 1] == dot
            let isDoubleDot = length == 2 && bytes[read + 1] == dot && bytes[read + 2] == dot
            if isDoubleDot {
                while written > 0, bytes[written - 1] != slash { written -= 1 }
                if written > 0 { written -= 1 }
            } else if length > 0, !isDot {
                for index in read..<end {
                    bytes[written] = bytes[index]
                    written += 1
                }
            }
            // A path that ended in a slash or a dot segment still names a directory.
            if isLast, length == 0 || isDot || isDoubleDot {
                bytes[written] = slash
                written += 1
            }
            read = end
        }
        bytes.removeSubrange(written...)
    }
}

extension TargetNormalisation {
    private static var slash: UInt8 { UInt8(ascii: "/") }
    private static var backslash: UInt8 { UInt8(ascii: "\\") }
    private static var percent: UInt8 { UInt8(ascii: "%") }
    private static var dot: UInt8 { UInt8(ascii: ".") }
    private static var mark: UInt8 { UInt8(ascii: "?") }

    /// Most bytes of a target are letters, which need no further question.
    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Whether a byte may stand in a target as it is: no control character, space, `#`, nor anything above 0x7E.
    @inline(__always)
    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte &- 0x21 < 0x5E && byte != 0x23
    }

    private static func octet(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = digit(high), let low = digit(low) else { return nil }
        return high << 4 | low
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    private static func upperCased(_ byte: UInt8) -> UInt8 {
        byte >= 0x61 ? byte & 0xDF : byte
    }

    /// RFC 3986, section 2.3.
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// Whether two escaped octets begin a character in more octets than it needs (RFC 3629, section 3).
    private static func isOverlong(_ lead: UInt8, _ next: UInt8) -> Bool {
        guard next & 0xC0 == 0x80 else { return false }
        return switch lead {
        case 0xC0, 0xC1: true
        case 0xE0: next < 0xA0
        case 0xF0: next < 0x90
        case 0xF8: next < 0x88
        case 0xFC: next < 0x84
        default: false
        }
    }
}
