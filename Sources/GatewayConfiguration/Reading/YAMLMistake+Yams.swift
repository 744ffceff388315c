import Yams

extension YAMLMistake {
    /// The library's error in the words of this project.
    init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _):
            self.init(mark, YAMLMistake.sentence(problem, context))
        case .parser(let context, let problem, let mark, _):
            self.init(mark, YAMLMistake.sentence(problem, context))
        case .composer(_, let problem, let mark, _):
            self.init(mark, YAMLMistake.sentence(problem, nil))
        case .duplicatedKeysInMapping(let names, let context):
            let names = names.map { "\"\($0)\"" }.joined(separator: ", ")
            self.init(context.mark, "duplicate key \(names)")
        case .reader(let problem, _, _, _):
            self.init(line: 1, column: 1, "syntax error: \(problem)")
        default:
            self.init(line: 1, column: 1, "the file cannot be read as YAML")
        }
    }

    private init(_ mark: Mark, _ message: String) {
        self.init(line: max(1, mark.line), column: max(1, mark.column), message)
    }

    private static func sentence(_ problem: String, _ context: YamlError.Context?) -> String {
        if problem.hasPrefix("but found another document") {
            return "a second document begins here; expected one document in the file"
        }
        if problem.hasPrefix("Maximum nesting level") { return "nested too deep" }
        let place = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
        let advice =
            problem.contains("cannot start any token")
            ? "; a tab cannot indent, and @ ` % have to be quoted at the beginning" : ""
        return "syntax error: \(problem)\(place)\(advice)"
    }
}
