/// Which model stands for which: an exact name first, then the longest prefix, then the rest.
struct ModelMapping: Sendable {
    private let exact: [String: String]
    /// Prefixes, the longest first.
    private let prefixes: [(prefix: String, target: String)]
    private let rest: String?

    /// - Parameter entries: Names and targets. A name that ends in `*` is a prefix, `*` alone is the rest; an empty target
    ///   keeps the name.
    init(_ entries: [(String, String)]) {
        var exact: [String: String] = [:]
        var prefixes: [(prefix: String, target: String)] = []
        var rest: String?
        for (name, target) in entries {
            if name == "*" {
                rest = target
            } else if name.hasSuffix("*") {
                prefixes.append((String(name.dropLast()), target))
            } else {
                exact[name] = target
            }
        }
        self.exact = exact
        self.prefixes = prefixes.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
        self.rest = rest
    }

    /// The model that stands for another one; `nil` to leave it as it is.
    ///
    /// - Parameter model: The name that the client used; empty when it used none.
    func target(of model: String) -> String? {
        let target =
            self.exact[model] ?? self.prefixes.first { model.utf8.starts(with: $0.prefix.utf8) }?.target ?? self.rest
        return target.flatMap { $0.isEmpty || $0 == model ? nil : $0 }
    }
}
