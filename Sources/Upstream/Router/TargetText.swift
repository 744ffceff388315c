import FilterAPI

/// Text of the configuration brought into the form that request targets have.
enum TargetText {
    /// With everything escaped that cannot stand in a target (RFC 3986, appendix A): spaces, controls, `#`, `\` and
    /// characters beyond ASCII. Escapes stay.
    static func escaped(_ text: some Sequence<UInt8>) -> String {
        var bytes: [UInt8] = []
        for byte in text {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "#"), byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A path that begins with exactly one slash, so that it can be taken neither for another host's address nor for
    /// nothing, and that has nothing in it that cannot stand in a target.
    static func rooted(_ path: String) -> String {
        "/" + self.escaped(path.utf8.drop { $0 == UInt8(ascii: "/") })
    }

    /// A path followed by the request's query, if there is one.
    static func joined(_ path: String, query: Substring?) -> String {
        guard let query else { return path }
        return path + (path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") - 10 + value
    }
}

extension PathMatch {
    /// An exact path or a prefix as a normalised request would carry it: `/é` is `/%C3%A9`, `/%2f` is `/%2F`.
    var inRequestForm: PathMatch {
        switch self {
        case .exact(let path): .exact(Self.normalised(TargetText.escaped(path.utf8)))
        case .prefix(let path): .prefix(Self.normalised(TargetText.escaped(path.utf8)))
        case .regex: self
        }
    }

    /// Dot segments stay: resolving them in a prefix such as `/a/.` would widen it, and no request has them.
    private static func normalised(_ path: String) -> String {
        guard path.utf8.contains(UInt8(ascii: "%")), !path.contains("/."), !path.contains("?") else { return path }
        var text = path
        let outcome = text.withUTF8 { TargetNormalisation.normalise(UnsafeRawBufferPointer($0)) }
        if case .changed(let path) = outcome { return path }
        return path
    }
}
