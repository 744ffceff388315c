/// A place that a filter writes to from a thread of its own: the gateway has it reopened and flushed.
///
/// An object that ``SharedFilterState`` keeps and that conforms is found by the gateway.
public protocol LogDestination: AnyObject, Sendable {
    /// Opens its file anew, after the old one was moved away; on SIGHUP.
    func reopen()
    /// Writes what waits; before the process ends.
    func flush() async
}
