extension ConfigurationFields {
    /// Records that an item of a list names nothing that there is, with the nearest name as a hint.
    ///
    /// - Parameters:
    ///   - name: the text of the item.
    ///   - kind: what it should name, such as `consumer`.
    ///   - key: the key of the list.
    ///   - item: the item (from 0).
    ///   - names: the names that there are.
    public func error(unknown name: String, _ kind: String, at key: String, item: Int, among names: [String]) {
        let node = value(of: key)?.items.flatMap { $0.indices.contains(item) ? $0[item] : nil }
        let shown = node?.shown ?? quoted(name)
        let hint = hint(for: name, among: names)
        let valid = "; expected \(names.isEmpty ? "none" : "one of \(names.prefix(40).joined(separator: ", "))")"
        error(at: key, item: item, "unknown \(kind) \(shown)\(hint.isEmpty ? valid : hint)")
    }
}
