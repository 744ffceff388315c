/// How far an entry has proved right, by its own labels, where a lookup lies.
///
/// An entry that is in quarantine, or was found wrong at such a score or at a nearer one, has no standing.
enum EntryStanding: UInt8, Sendable, CaseIterable {
    /// No label says that it is right.
    case new
    /// It was found right, not often enough to be trusted.
    case known
    /// It is trusted; see ``EntryHistory/isTrusted(at:_:)``.
    case proven
}
