/// State that a filter keeps in memory and on disk: the gateway has it saved before the process ends.
///
/// An object that ``SharedFilterState`` keeps and that conforms is found by the gateway. What is to be saved in between is
/// the filter's own matter.
public protocol SavedState: AnyObject, Sendable {
    /// Saves what has changed; returns when it is on disk, or cannot be, which the filter logs. Called once all streams
    /// have ended; the process waits for it, so bound the time that it takes.
    func save() async
}
