/// Names for the bytes that steer JSON and path syntax.
enum ASCII {
    static var space: UInt8 { UInt8(ascii: " ") }
    static var quote: UInt8 { UInt8(ascii: "\"") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }
    static var comma: UInt8 { UInt8(ascii: ",") }
    static var colon: UInt8 { UInt8(ascii: ":") }
    static var dot: UInt8 { UInt8(ascii: ".") }
    static var pipe: UInt8 { UInt8(ascii: "|") }
    static var hash: UInt8 { UInt8(ascii: "#") }
    static var at: UInt8 { UInt8(ascii: "@") }
    static var bang: UInt8 { UInt8(ascii: "!") }
    static var tilde: UInt8 { UInt8(ascii: "~") }
    static var star: UInt8 { UInt8(ascii: "*") }
    static var questionMark: UInt8 { UInt8(ascii: "?") }
    static var minus: UInt8 { UInt8(ascii: "-") }
    static var plus: UInt8 { UInt8(ascii: "+") }
    static var underscore: UInt8 { UInt8(ascii: "_") }
    static var zero: UInt8 { UInt8(ascii: "0") }
    static var nine: UInt8 { UInt8(ascii: "9") }
    static var openBrace: UInt8 { UInt8(ascii: "{") }
    static var closeBrace: UInt8 { UInt8(ascii: "}") }
    static var openBracket: UInt8 { UInt8(ascii: "[") }
    static var closeBracket: UInt8 { UInt8(ascii: "]") }
    static var openParenthesis: UInt8 { UInt8(ascii: "(") }
    static var closeParenthesis: UInt8 { UInt8(ascii: ")") }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- zero <= 9
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit, nil for any other byte.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- zero }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }

    /// The lowercase hexadecimal digit of the low four bits.
    static func hexDigit(_ value: UInt8) -> UInt8 {
        let nibble = value & 0xF
        return nibble < 10 ? zero &+ nibble : UInt8(ascii: "a") &+ nibble &- 10
    }
}
