import Yams

/// One YAML document as the library composes it, with marks.
///
/// Two things that the library refuses are set right and tried again, at the very places that it names, so that quoted
/// texts and block texts are never touched and positions stay as they are:
/// a tab before a comment or at the end of a line becomes a space, and the first of two equal keys gets another name
/// until the tree is made, so that the second can be reported beside all other mistakes.
struct YAMLDocument {
    /// The root, or nil for a text without a document.
    let root: Yams.Node?
    private let renamedKeys: [Place: String]

    private struct Place: Hashable {
        let line: Int
        let column: Int
    }

    private static let maximumRepairs = 500

    init(_ text: String) throws(YAMLMistake) {
        var attempt = Attempt(text: text)
        for _ in 0...YAMLDocument.maximumRepairs {
            do {
                root = try Yams.Parser(yaml: attempt.text, resolver: .basic, encoding: .utf8).singleRoot()
                renamedKeys = attempt.renamedKeys
                return
            } catch {
                guard let error = error as? YamlError, attempt.repair(error) else { throw attempt.mistake(error) }
            }
        }
        throw YAMLMistake(line: 1, column: 1, "too many tabs or duplicate keys to go on")
    }

    /// The text of a key as the file has it.
    func keyText(_ scalar: Yams.Node.Scalar) -> String {
        guard !renamedKeys.isEmpty, let mark = scalar.mark else { return scalar.string }
        return renamedKeys[Place(line: mark.line, column: mark.column)] ?? scalar.string
    }

    private struct Attempt {
        var text: String
        var renamedKeys: [Place: String] = [:]

        /// The error in words, with the advice for what most often breaks a line.
        func mistake(_ error: any Error) -> YAMLMistake {
            let mistake = YAMLMistake(error)
            let lines = text.split(separator: "\n", maxSplits: mistake.line, omittingEmptySubsequences: false)
            guard mistake.message.hasPrefix("syntax error"), mistake.line <= lines.count,
                lines[mistake.line - 1].contains("${")
            else { return mistake }
            let advice = "\(mistake.message); inside { } and [ ] write \"${NAME}\" in quotes"
            return YAMLMistake(line: mistake.line, column: mistake.column, advice)
        }

        mutating func repair(_ error: YamlError) -> Bool {
            switch error {
            case .scanner(_, _, let mark, _): replaceTabs(at: mark)
            case .duplicatedKeysInMapping(let names, let context): rename(names.first, at: context.mark)
            default: false
            }
        }

        private mutating func replaceTabs(at mark: Mark) -> Bool {
            var scalars = Array(text.unicodeScalars)
            guard let start = index(of: mark, in: scalars), scalars[start] == "\t" else { return false }
            let end = scalars[start...].firstIndex { $0 != "\t" && $0 != " " } ?? scalars.endIndex
            guard end == scalars.endIndex || ["#", "\n", "\r"].contains(scalars[end]) else { return false }
            for index in start..<end { scalars[index] = " " }
            text = string(scalars)
            return true
        }

        private mutating func rename(_ name: String?, at mark: Mark) -> Bool {
            var scalars = Array(text.unicodeScalars)
            guard let name, var index = index(of: mark, in: scalars),
                let stand = Unicode.Scalar(0xE000 + UInt32(renamedKeys.count))
            else { return false }
            let quote = scalars[index]
            if quote == "\"" || quote == "'" { index += 1 }
            guard scalars.indices.contains(index), scalars[index] != quote || quote == name.unicodeScalars.first,
                !"&*!?|>[]{}%@`#,\n\r\t \"'".unicodeScalars.contains(scalars[index])
            else { return false }
            scalars[index] = stand
            renamedKeys[Place(line: mark.line, column: mark.column)] = name
            text = string(scalars)
            return true
        }

        private func string(_ scalars: [Unicode.Scalar]) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }

        /// The place of `mark` in the text, by the line breaks that the library counts.
        private func index(of mark: Mark, in scalars: [Unicode.Scalar]) -> Int? {
            var line = 1
            var index = 0
            while line < mark.line, index < scalars.count {
                let isBreak = "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalars[index])
                if isBreak { line += 1 }
                index +=
                    isBreak && scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n" ? 2 : 1
            }
            index += mark.column - 1
            return line == mark.line && scalars.indices.contains(index) ? index : nil
        }
    }
}
