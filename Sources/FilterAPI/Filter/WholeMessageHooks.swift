public import NIOCore

/// Sees the whole request in one plain `async throws` function: the convenient form of ``RequestCollectHook``.
///
/// ```swift
/// final class Translate: Filter, WholeRequestHook {
///     func wholeRequest(_ body: inout ByteBuffer, _ stream: StreamContext) async throws -> LocalResponse? {
///         let answer = try await stream.callouts.http(CalloutRequest(method: .post, path: "/", body: body), to: service)
///         guard answer.status == 200 else {
///             return LocalResponse(refusing: stream.request, status: 422, detail: "translate.refused")
///         }
///         body = answer.body
///         return nil
///     }
/// }
/// ```
///
/// The function runs on the stream's event loop, so it may use the stream and the filter's own state without locks; it is
/// cancelled when the stream ends, bounded by `filterTimeout`, and `failStrategy` decides about what it throws.
///
/// It costs a task for each request that it is called for. A filter that only looks at the head, or does not wait, is
/// cheaper with ``RequestHeadHook`` or ``RequestCollectHook``.
public protocol WholeRequestHook: RequestHeadHook, RequestCollectHook {
    /// The most bytes that the body may have; a longer one is answered with 413; default 1 MiB.
    var wholeRequestLimit: Int { get }

    /// Whether the function is called for this request; default yes. Otherwise its body goes on part by part.
    func wantsWholeRequest(_ stream: StreamContext) -> Bool

    /// - Parameters:
    ///   - body: The whole body, empty when there is none; may be changed.
    ///   - stream: The stream; the head may still be changed, it has not gone further.
    /// - Returns: The answer to the client, or `nil` to let the request go on.
    /// - Throws: An error of the filter; `failStrategy` decides what becomes of the stream, and changes of the body are
    ///   dropped.
    nonisolated(nonsending) func wholeRequest(
        _ body: inout ByteBuffer,
        _ stream: StreamContext
    ) async throws -> LocalResponse?
}

extension WholeRequestHook {
    /// 1 MiB.
    public var wholeRequestLimit: Int { 1 << 20 }

    /// Always.
    public func wantsWholeRequest(_ stream: StreamContext) -> Bool { true }

    /// Collects the body.
    public func requestHead(_ stream: StreamContext) -> FilterAction {
        self.wantsWholeRequest(stream) ? .collect(limit: self.wholeRequestLimit) : .continue
    }

    /// Calls ``wholeRequest(_:_:)``.
    public func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        .suspend(changing: body) { body in
            try await self.wholeRequest(&body, stream).map { .respond($0) } ?? .continue
        }
    }
}

/// Sees the whole response in one plain `async throws` function: the convenient form of ``ResponseCollectHook``.
///
/// What ``WholeRequestHook`` says about event loop, cancellation and errors holds here too. An answer that is streamed for
/// long (`text/event-stream`) is held until its end: say no to it in ``wantsWholeResponse(_:)``.
public protocol WholeResponseHook: ResponseHeadHook, ResponseCollectHook {
    /// The most bytes that the body may have; a longer one is answered with 500; default 1 MiB.
    var wholeResponseLimit: Int { get }

    /// Whether the function is called for this response; default yes. Otherwise its body goes on part by part.
    func wantsWholeResponse(_ stream: StreamContext) -> Bool

    /// - Parameters:
    ///   - body: The whole body, empty when there is none; may be changed.
    ///   - stream: The stream; the head may still be changed, it has not gone further.
    /// - Returns: Another answer in this one's place, or `nil` to let the response go on.
    /// - Throws: An error of the filter; `failStrategy` decides what becomes of the stream, and changes of the body are
    ///   dropped.
    nonisolated(nonsending) func wholeResponse(
        _ body: inout ByteBuffer,
        _ stream: StreamContext
    ) async throws -> LocalResponse?
}

extension WholeResponseHook {
    /// 1 MiB.
    public var wholeResponseLimit: Int { 1 << 20 }

    /// Always.
    public func wantsWholeResponse(_ stream: StreamContext) -> Bool { true }

    /// Collects the body.
    public func responseHead(_ stream: StreamContext) -> FilterAction {
        self.wantsWholeResponse(stream) ? .collect(limit: self.wholeResponseLimit) : .continue
    }

    /// Calls ``wholeResponse(_:_:)``.
    public func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        .suspend(changing: body) { body in
            try await self.wholeResponse(&body, stream).map { .respond($0) } ?? .continue
        }
    }
}
