package import FilterAPI

extension ConfigurationNode {
    /// The node as JSON text with two spaces of indentation.
    ///
    /// `<redacted>` stands for every value that came from the environment or a file, and for every value in `secrets`.
    package func redactedJSON(_ secrets: ConfigurationSecrets) -> String {
        var output = ""
        write(to: &output, indentation: "\n", secrets)
        return output
    }

    private func write(to output: inout String, indentation: String, _ secrets: ConfigurationSecrets) {
        if secrets.contains(position) {
            output += jsonLiteral(Secret.redacted)
            return
        }
        switch content {
        case .null: output += "null"
        case .scalar(let scalar): output += scalar.json
        case .sequence(let items):
            write(items, "[", "]", to: &output, indentation) { item, output, indentation in
                item.write(to: &output, indentation: indentation, secrets)
            }
        case .mapping(let entries):
            write(entries, "{", "}", to: &output, indentation) { entry, output, indentation in
                output += jsonLiteral(entry.key) + ": "
                entry.value.write(to: &output, indentation: indentation, secrets)
            }
        }
    }

    private func write<Element>(
        _ elements: [Element],
        _ open: String,
        _ close: String,
        to output: inout String,
        _ indentation: String,
        _ write: (Element, inout String, String) -> Void
    ) {
        output += open
        let inner = indentation + "  "
        for (index, element) in elements.enumerated() {
            output += (index == 0 ? "" : ",") + inner
            write(element, &output, inner)
        }
        output += (elements.isEmpty ? "" : indentation) + close
    }
}

extension ConfigurationNode.Scalar {
    /// Numbers and booleans as such when they are unquoted and JSON writes them alike; everything else as a string.
    fileprivate var json: String {
        if isSubstituted { return jsonLiteral(Secret.redacted) }
        let isLiteral = text == "true" || text == "false" || isJSONNumber
        return !isQuoted && isLiteral ? text : jsonLiteral(text)
    }

    /// Digits with a minus before and a fraction behind; exponents and leading zeros stay texts.
    private var isJSONNumber: Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { part in
            !part.isEmpty && part.count < 18 && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
        }
        return areDigits && parts.count <= 2 && (parts[0] == "0" || !parts[0].hasPrefix("0"))
    }
}

/// `text` as a JSON string (RFC 8259, section 7).
func jsonLiteral(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0}"..."\u{1F}", "\u{7F}":
            let code = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
