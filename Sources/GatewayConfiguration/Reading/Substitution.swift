import FilterAPI
import FoundationEssentials

/// `${NAME}`, `${NAME:-default}` and `${file:PATH}` in one text, after YAML was parsed: what comes in is never structure.
///
/// `${NAME:-default}` takes the default also when the variable is empty, as a shell does; a default may hold further
/// substitutions. `$${` is a literal `${`. A lone `$` is itself.
struct Substitution {
    /// Where values come from.
    struct Source {
        let environment: [String: String]
        let configurationFile: String
        /// Gets the path of each file that is read.
        let files: FilesRead
    }

    struct Mistake {
        /// How many line breaks stand before the place.
        let line: Int
        let message: String
    }

    private(set) var text = ""
    private(set) var hasSubstituted = false
    private(set) var mistakes: [Mistake] = []
    private let source: Source
    private static let maximumDepth = 8

    init(_ template: String, _ source: Source) {
        self.source = source
        text = expand(template[...], line: 0, depth: 0)
    }

    private mutating func expand(_ template: Substring, line: Int, depth: Int) -> String {
        var result = ""
        var (rest, line) = (template, line)
        while let dollar = rest.utf8.firstIndex(of: UInt8(ascii: "$")) {
            line += rest[..<dollar].utf8.count { $0 == UInt8(ascii: "\n") }
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                result += expandFirst(of: &rest, line: line, depth: depth)
            } else {
                // By the byte: a combining mark behind the sign makes one character of both.
                result += "$"
                rest = rest[rest.utf8.index(after: dollar)...]
            }
        }
        return result + rest
    }

    private mutating func expandFirst(of rest: inout Substring, line: Int, depth: Int) -> String {
        let body = rest.dropFirst(2)
        guard let end = closingBrace(of: body), depth < Substitution.maximumDepth else {
            mistakes.append(Mistake(line: line, message: "found \"${\" without \"}\"; write $${ for a literal ${"))
            rest = ""
            return ""
        }
        rest = body[body.index(after: end)...]
        return value(of: body[..<end], line: line, depth: depth)
    }

    /// The brace that closes a substitution, past those of substitutions in its default.
    private func closingBrace(of body: Substring) -> String.Index? {
        var depth = 0
        var previous: Character?
        for index in body.indices {
            if body[index] == "{", previous == "$" { depth += 1 }
            if body[index] == "}" {
                if depth == 0 { return index }
                depth -= 1
            }
            previous = body[index]
        }
        return nil
    }

    private mutating func value(of body: Substring, line: Int, depth: Int) -> String {
        if body.hasPrefix("file:") {
            hasSubstituted = true
            return contents(ofFile: String(body.dropFirst(5)), line: line)
        }
        let name = body.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let rest = body.dropFirst(name.count)
        guard let first = name.first, !first.isNumber, rest.isEmpty || rest.hasPrefix(":-") else {
            let message = "found \(quoted("${\(body)}")); expected ${NAME}, ${NAME:-default} or ${file:PATH}"
            mistakes.append(Mistake(line: line, message: "\(message); write $${ for a literal ${"))
            return ""
        }
        hasSubstituted = true
        let value = source.environment[String(name)]
        if rest.isEmpty {
            if let value { return value }
            let message = "the environment variable \(name) is not set; set it or write ${\(name):-default}"
            mistakes.append(Mistake(line: line, message: message))
            return ""
        }
        if let value, !value.isEmpty { return value }
        return expand(rest.dropFirst(2), line: line, depth: depth + 1)
    }

    /// A file's text without its last line break.
    private mutating func contents(ofFile path: String, line: Int) -> String {
        let place = resolvedPath(path, beside: source.configurationFile)
        if !path.isEmpty { source.files.insert(place) }
        guard !path.isEmpty, let data = FileManager.default.contents(atPath: place) else {
            mistakes.append(Mistake(line: line, message: "the file \(quoted(path)) cannot be read"))
            return ""
        }
        guard var text = String(validating: data, as: UTF8.self) else {
            mistakes.append(Mistake(line: line, message: "the file \(quoted(path)) is not UTF-8 text"))
            return ""
        }
        // A Character, so that CR LF goes as one.
        if text.last?.isNewline == true { text.removeLast() }
        return text
    }
}

/// `path` as it is when absolute, else below the directory of the configuration file.
func resolvedPath(_ path: String, beside configurationFile: String) -> String {
    guard !path.hasPrefix("/"), let slash = configurationFile.lastIndex(of: "/") else { return path }
    return configurationFile[...slash] + path
}
