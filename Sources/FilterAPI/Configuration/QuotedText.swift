/// `text` in double quotes, on one line and cut at 80 characters, for messages.
///
/// Control characters are escaped, so that a value cannot forge a line of output.
package func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(80) {
        switch scalar {
        case "\"": result += "\\\""
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default: result += scalar.properties.isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }
    if text.unicodeScalars.count > 80 { result += "..." }
    return result + "\""
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
