package import FilterAPI

/// How a request changes before it goes upstream.
package struct RewriteRule: Sendable {
    /// What becomes of the path; the query stays.
    package enum Path: Sendable, Hashable {
        /// Its matched prefix, or all of it, is replaced.
        case replacement(PathReplacement)
        /// Every match of the pattern in the path is replaced, as Envoy's `regex_rewrite` does.
        case regex(Pattern, PatternSubstitution)
    }

    /// The most bytes in a rewritten path; without a bound a short path could become a very long one.
    package static let maximumPathLength = 65_536
    /// The most visits to a pattern's instructions, some milliseconds: a client chooses the path, and the event loop waits.
    package static let maximumSteps = 500_000

    /// What becomes of the path; `nil` keeps it.
    package let path: Path?
    /// The authority that the upstream sees; `nil` keeps the client's.
    package let host: String?

    package init(path: Path? = nil, host: String? = nil) {
        self.path = path
        self.host = host
    }

    /// Changes a request.
    ///
    /// The path begins with `/` afterwards and has no `.` or `..` segment.
    ///
    /// - Parameters:
    ///   - head: The request; unchanged when an error is thrown.
    ///   - route: The route that was selected for it.
    /// - Throws: ``RewriteError`` for paths that cannot come from a well-meaning client; the answer is 400.
    package func apply(to head: inout RequestHead, matched route: Route) throws(RewriteError) {
        if let path = self.path, head.path.utf8.first == UInt8(ascii: "/") {
            let requested = String(head.pathWithoutQuery)
            let rewritten = try self.rewritten(requested, path, route)
            // Untouched, the target stays a part of the received bytes.
            if rewritten != requested { head.path = TargetText.joined(rewritten, query: head.query) }
        }
        if let host = self.host { head.authority = host }
    }

    private func rewritten(_ path: String, _ rule: Path, _ route: Route) throws(RewriteError) -> String {
        let result: String
        switch rule {
        case .replacement(let replacement):
            result = replacement.replaced(path, matchedBy: route.match.path)
        case .regex(let pattern, let substitution):
            guard let replaced = try Self.replacing(pattern, substitution, in: path) else { return path }
            result = TargetText.rooted(replaced)
        }
        guard !hasDotSegment(result) else { throw .dotSegment }
        return result
    }

    private static func replacing(
        _ pattern: Pattern,
        _ substitution: PatternSubstitution,
        in path: String
    ) throws(RewriteError) -> String? {
        let bytes = Array(path.utf8)
        let result = bytes.withUnsafeBytes { input in
            Result { () throws(PatternReplacementError) in
                try pattern.replacingMatches(
                    in: input,
                    with: substitution,
                    maximumLength: Self.maximumPathLength,
                    maximumSteps: Self.maximumSteps
                )
            }
        }
        switch result {
        case .success(let output): return output.map { String(decoding: $0, as: UTF8.self) }
        case .failure(.tooLong): throw .tooLong
        case .failure(.tooManySteps): throw .tooManySteps
        }
    }
}

/// Why a path is not rewritten.
package enum RewriteError: Error, Sendable, Hashable {
    /// A `.` or `..` segment would come up, as when `/files/` replaces `/static` in `/static../secret`: the upstream
    /// would look outside of what the replacement names.
    case dotSegment
    /// The path would be longer than ``RewriteRule/maximumPathLength``.
    case tooLong
    /// Replacing would take more than linear time or than ``RewriteRule/maximumSteps``: the path is long, and the pattern
    /// matches often and late or in very many ways.
    case tooManySteps
}

/// Whether a segment of the path is `.` or `..`, written plainly or with `%2e`.
private func hasDotSegment(_ path: String) -> Bool {
    path.prefix { $0 != "?" }.split(separator: "/").contains { segment in
        guard segment.utf8.count <= 6 else { return false }
        let plain = segment.lowercased().split(separator: "%2e", omittingEmptySubsequences: false).joined(
            separator: "."
        )
        return plain == "." || plain == ".."
    }
}
