/// A filter that can say, from a request's head alone, which filters it would keep out of the stream.
///
/// `sluice explain` asks, and runs no filter for it.
public protocol RequestExplainer: AnyObject, SendableMetatype {
    /// What the filter would skip.
    ///
    /// - Parameter request: The request as it would reach the filter.
    /// - Returns: The names of entries or filters, as for ``StreamContext/skip(filter:)``, each with a short reason for
    ///   people, such as `x-skip: on`.
    func skips(for request: RequestHead) -> [(filter: String, reason: String)]
}
