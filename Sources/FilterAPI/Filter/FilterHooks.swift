public import NIOCore

/// Called with the head of the request, before anything of the body.
public protocol RequestHeadHook: AnyObject, SendableMetatype {
    /// - Parameter stream: The stream; its `request` may be read and changed.
    /// - Returns: How the stream goes on.
    /// - Throws: An error of the filter; `failStrategy` decides what becomes of the stream.
    func requestHead(_ stream: StreamContext) throws -> FilterAction
}

/// Called with each part of the request's body, and may change it; the length of the body is then made anew.
///
/// A filter that only looks conforms to ``RequestBodyObserver`` instead, and the body is forwarded as it came.
public protocol RequestBodyHook: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - chunk: The part; may be replaced, made longer, or emptied.
    ///   - end: Whether this is the last part. Exactly one call of a stream says so, with an empty part if need be, and
    ///     also for a request without a body: a filter may give it one here.
    ///   - stream: The stream.
    func requestBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction
}

/// Called with each part of the request's body, for reading only.
public protocol RequestBodyObserver: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - chunk: The part.
    ///   - end: Whether this is the last part; said exactly once.
    ///   - stream: The stream.
    func requestBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction
}

/// Called once with the whole body, after the filter answered the request's head with ``FilterAction/collect(limit:)``.
public protocol RequestCollectHook: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - body: The whole body; may be changed.
    ///   - stream: The stream; the head may still be changed, it has not gone further.
    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction
}

/// Called with the trailers of the request, when it has any.
public protocol RequestTrailersHook: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - trailers: The trailers; may be changed.
    ///   - stream: The stream.
    func requestTrailers(_ trailers: inout HeaderFields, _ stream: StreamContext) throws -> FilterAction
}

/// Called with the head of the response, the upstream's or a local one.
public protocol ResponseHeadHook: AnyObject, SendableMetatype {
    /// - Parameter stream: The stream; its `response` may be read and changed, `responseOrigin` says who made it.
    func responseHead(_ stream: StreamContext) throws -> FilterAction
}

/// A ``ResponseHeadHook`` that gives every answer the fields that it has to have, such as those of CORS.
///
/// It is called again when it has seen a response in whose place another one comes, so that this one has the fields too. So
/// it must look at nothing but the request and the head in hand, change nothing but that head, and answer
/// ``FilterAction/continue``; what else it answers when it is called again is an error of the filter.
public protocol ResponseFieldsHook: ResponseHeadHook {}

/// Called with each part of the response's body, and may change it; the length of the body is then made anew.
public protocol ResponseBodyHook: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - chunk: The part; may be replaced, made longer, or emptied.
    ///   - end: Whether this is the last part; said exactly once.
    ///   - stream: The stream.
    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction
}

/// Called with each part of the response's body, for reading only; the body is forwarded as it came.
public protocol ResponseBodyObserver: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - chunk: The part.
    ///   - end: Whether this is the last part; said exactly once, and not at all when the response breaks off.
    ///   - stream: The stream.
    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction
}

/// Called once with the whole body, after the filter answered the response's head with ``FilterAction/collect(limit:)``.
public protocol ResponseCollectHook: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - body: The whole body; may be changed.
    ///   - stream: The stream; the head may still be changed, it has not gone further.
    func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction
}

/// Called with the trailers of the response, when it has any.
public protocol ResponseTrailersHook: AnyObject, SendableMetatype {
    /// - Parameters:
    ///   - trailers: The trailers; may be changed.
    ///   - stream: The stream.
    func responseTrailers(_ trailers: inout HeaderFields, _ stream: StreamContext) throws -> FilterAction
}

/// Called exactly once for each stream, on every path: answered, refused, reset by either side, timed out, drained.
///
/// A stream that is answered ends when the client's connection has all of the answer. Over HTTP/2 that can be long after the last
/// response hook, since the client's windows decide.
public protocol StreamEndHook: AnyObject, SendableMetatype {
    /// - Parameter stream: The stream; `stream.record` holds what became of it.
    func streamEnded(_ stream: StreamContext)
}

/// Called once for each stream after every filter's ``StreamEndHook``: for access logs, which see all that the others said.
public protocol LogHook: AnyObject, SendableMetatype {
    /// - Parameter stream: The stream.
    func log(_ stream: StreamContext)
}
