/// Decides when changed files are ready to be read: a pure value.
///
/// Two looks one after the other have to see the same, so that a file which is being written is not read half way. While
/// a file is missing that was there, it is being replaced.
package struct FileChange<Stamp: Equatable> {
    private var pending: [String: Stamp?]?

    package init() {}

    /// Takes a look.
    ///
    /// - Parameters:
    ///   - now: What the files look like.
    ///   - read: What they looked like when they were last read.
    /// - Returns: Whether they are to be read now.
    package mutating func isReady(_ now: [String: Stamp?], since read: [String: Stamp?]) -> Bool {
        let isMissing = now.contains { path, stamp in stamp == nil && (read[path] ?? nil) != nil }
        guard now != read, !isMissing else {
            self.pending = nil
            return false
        }
        let isSettled = self.pending == now
        self.pending = isSettled ? nil : now
        return isSettled
    }
}
