public import NIOCore

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

    /// Hold the stream until `operation` has finished, and go on with what it made of the body.
    ///
    /// For hooks that may change a body: those that collect, and those that see it part by part. What was changed counts
    /// only when the operation answers ``FilterAction/continue``.
    ///
    /// - Parameters:
    ///   - body: The body, or the part of it, that the hook was called with.
    ///   - operation: The work.
    public static func suspend(
        changing body: ByteBuffer,
        _ operation: nonisolated(nonsending) @escaping (inout ByteBuffer) async throws -> FilterAction
    ) -> FilterAction {
        .suspend(FilterOperation(changing: body, operation))
    }
}

/// Work that a filter waits for; see ``FilterAction/suspend(_:)``.
public struct FilterOperation {
    /// Kept in one object, so that an action stays small.
    private final class Work {
        let run: nonisolated(nonsending) () async throws -> FilterAction
        let change: BodyChange?

        init(_ run: nonisolated(nonsending) @escaping () async throws -> FilterAction, _ change: BodyChange?) {
            self.run = run
            self.change = change
        }
    }

    private let work: Work

    /// The work.
    package var run: nonisolated(nonsending) () async throws -> FilterAction { self.work.run }
    /// What the work makes of the body; `nil` when it leaves it alone.
    package var change: BodyChange? { self.work.change }

    /// Wraps the work.
    public init(_ run: nonisolated(nonsending) @escaping () async throws -> FilterAction) {
        self.work = Work(run, nil)
    }

    private init(run: nonisolated(nonsending) @escaping () async throws -> FilterAction, change: BodyChange?) {
        self.work = Work(run, change)
    }

    /// The same work, whose outcome somebody else sees too.
    package func watched(_ see: @escaping (Result<FilterAction, any Error>) -> FilterAction?) -> FilterOperation {
        let run = self.run
        return FilterOperation(
            run: {
                do {
                    let action = try await run()
                    return see(.success(action)) ?? action
                } catch {
                    _ = see(.failure(error))
                    throw error
                }
            },
            change: self.change
        )
    }

    init(
        changing body: ByteBuffer,
        _ run: nonisolated(nonsending) @escaping (inout ByteBuffer) async throws -> FilterAction
    ) {
        let change = BodyChange(body)
        self.work = Work({ try await run(&change.body) }, change)
    }
}

/// A body that an operation changes while the stream waits. Confined to the stream's event loop.
package final class BodyChange {
    @exclusivity(unchecked) package fileprivate(set) var body: ByteBuffer

    fileprivate init(_ body: ByteBuffer) { self.body = body }
}
