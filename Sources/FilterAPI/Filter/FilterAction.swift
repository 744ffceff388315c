/// What a hook answers: how the stream goes on.
public enum FilterAction {
    /// Go on to the next filter.
    case `continue`
    /// Answer the client with this response; the request goes no further.
    ///
    /// The response passes the response hooks of all filters, also of those that never saw the request, each once.
    /// After the head of a response went to the client the stream is reset instead.
    case respond(LocalResponse)
    /// Keep the message until all of its body is there, then call the filter's collect hook.
    ///
    /// Only a head hook may answer so, and only when the filter has the collect hook of that direction.
    case collect(limit: Int, whenLonger: LongBody)
    /// Hold the stream until the operation has finished; its answer is then taken for the hook's.
    case suspend(FilterOperation)

    /// What becomes of a body that is longer than a filter is willing to collect.
    public enum LongBody: Sendable {
        /// It is answered with 413 on the request's way and with 500 on the response's.
        case refuse
        /// It goes on part by part, and the collect hook is not called.
        case forward
    }

    /// Keep the message until all of its body is there, and refuse one of more than `limit` bytes.
    public static func collect(limit: Int) -> FilterAction { .collect(limit: limit, whenLonger: .refuse) }

    /// Hold the stream until `operation` has finished.
    ///
    /// The operation runs on the stream's event loop, so it may use the stream and the filter's own state without
    /// locks. It is cancelled when the stream ends; what it answers then is ignored. While it waits, back-pressure
    /// holds the sender, and the gateway's `filterTimeout` bounds it.
    public static func suspend(
        _ operation: nonisolated(nonsending) @escaping () async throws -> FilterAction
    ) -> FilterAction {
        .suspend(FilterOperation(operation))
    }
}

/// Work that a filter waits for; see ``FilterAction/suspend(_:)``.
public struct FilterOperation {
    /// The work.
    package let run: nonisolated(nonsending) () async throws -> FilterAction

    /// Wraps the work.
    public init(_ run: nonisolated(nonsending) @escaping () async throws -> FilterAction) {
        self.run = run
    }
}
