/// What takes the place of a path or of its matched prefix.
package enum PathReplacement: Sendable, Hashable {
    /// Takes the place of the matched prefix; the rest stays. The route's whole path is replaced when it is exact or
    /// a regex; a route without a path has matched the prefix `/`.
    case prefix(String)
    /// Takes the place of the whole path.
    case path(String)
}

extension PathReplacement {
    /// The new path.
    ///
    /// Text takes the place of text as it stands: the prefix `/v1/` replaced by `/new` makes `/newx` of `/v1/x`. Only
    /// two slashes where both parts meet become one, and the path begins with exactly one.
    ///
    /// - Parameters:
    ///   - path: The request's path without the query, beginning with `/`.
    ///   - match: What the route says of the path.
    func replaced(_ path: String, matchedBy match: PathMatch?) -> String {
        switch self {
        case .path(let replacement): TargetText.rooted(replacement)
        case .prefix(let replacement):
            TargetText.rooted(joined(replacement, path.dropFirst(utf8: match.prefixLength(of: path))))
        }
    }
}

extension Optional<PathMatch> {
    /// How many bytes of a path the condition covers.
    fileprivate func prefixLength(of path: String) -> Int {
        switch self {
        case nil: 1
        // A filter may have set another path since.
        case .prefix(let prefix): path.utf8.starts(with: prefix.utf8) ? prefix.utf8.count : 0
        case .exact, .regex: path.utf8.count
        }
    }
}

extension String {
    fileprivate func dropFirst(utf8 count: Int) -> String {
        String(decoding: self.utf8.dropFirst(count), as: UTF8.self)
    }
}

private func joined(_ start: String, _ rest: String) -> String {
    start.utf8.last == UInt8(ascii: "/") && rest.utf8.first == UInt8(ascii: "/")
        ? start + rest.dropFirst() : start + rest
}
