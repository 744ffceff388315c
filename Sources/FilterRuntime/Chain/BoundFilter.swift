package import FilterAPI
package import NIOCore

/// A filter with its hooks as plain function references, found once from what its stream type conforms to.
///
/// Calling a hook this way costs neither a dynamic cast nor an allocation, and a hook that a filter does not have is
/// never called.
package final class BoundFilter: Sendable {
    package typealias HeadHook = @Sendable (AnyObject, StreamContext) throws -> FilterAction
    package typealias BodyHook = @Sendable (AnyObject, inout ByteBuffer, Bool, StreamContext) throws -> FilterAction
    package typealias ObserverHook = @Sendable (AnyObject, ByteBuffer, Bool, StreamContext) throws -> FilterAction
    package typealias CollectHook = @Sendable (AnyObject, inout ByteBuffer, StreamContext) throws -> FilterAction
    package typealias TrailersHook = @Sendable (AnyObject, inout HeaderFields, StreamContext) throws -> FilterAction
    package typealias EndHook = @Sendable (AnyObject, StreamContext) -> Void

    /// The hooks of one direction.
    package struct Hooks: Sendable {
        package var head: HeadHook?
        package var body: BodyHook?
        package var observer: ObserverHook?
        package var collect: CollectHook?
        package var trailers: TrailersHook?
        /// Whether the head hook is called for a response, too, that comes in the place of one that it has seen.
        package var isForEveryHead = false

        /// No hooks.
        package init() {}

        fileprivate init(
            head: HeadHook?,
            body: BodyHook?,
            observer: ObserverHook?,
            collect: CollectHook?,
            trailers: TrailersHook?,
            isForEveryHead: Bool
        ) {
            self.head = head
            self.body = body
            self.observer = observer
            self.collect = collect
            self.trailers = trailers
            self.isForEveryHead = isForEveryHead
        }
    }

    package let makeStream: @Sendable (StreamContext) -> AnyObject?
    package let request: Hooks
    package let response: Hooks
    package let streamEnded: EndHook?
    package let log: EndHook?
    /// The filter, when it can say what it would do to a request.
    ///
    /// Unsafe in name only: it is the filter itself, and filters are Sendable, which a cast cannot ask for.
    package nonisolated(unsafe) let explainer: (any RequestExplainer)?

    /// Hooks that were put together by somebody else: those of another filter, seen through.
    package init(
        makeStream: @escaping @Sendable (StreamContext) -> AnyObject?,
        request: Hooks,
        response: Hooks,
        streamEnded: EndHook?,
        log: EndHook?
    ) {
        self.makeStream = makeStream
        self.request = request
        self.response = response
        self.streamEnded = streamEnded
        self.log = log
        self.explainer = nil
    }

    package init<F: Filter>(_ filter: F) {
        let type = F.Stream.self
        self.makeStream = { filter.makeStream($0) }
        self.request = Hooks(
            head: (type as? any RequestHeadHook.Type).map { bindRequestHead($0) },
            body: (type as? any RequestBodyHook.Type).map { bindRequestBody($0) },
            observer: (type as? any RequestBodyObserver.Type).map { bindRequestObserver($0) },
            collect: (type as? any RequestCollectHook.Type).map { bindRequestCollect($0) },
            trailers: (type as? any RequestTrailersHook.Type).map { bindRequestTrailers($0) },
            isForEveryHead: false
        )
        self.response = Hooks(
            head: (type as? any ResponseHeadHook.Type).map { bindResponseHead($0) },
            body: (type as? any ResponseBodyHook.Type).map { bindResponseBody($0) },
            observer: (type as? any ResponseBodyObserver.Type).map { bindResponseObserver($0) },
            collect: (type as? any ResponseCollectHook.Type).map { bindResponseCollect($0) },
            trailers: (type as? any ResponseTrailersHook.Type).map { bindResponseTrailers($0) },
            isForEveryHead: (type as? any ResponseFieldsHook.Type) != nil
        )
        self.streamEnded = (type as? any StreamEndHook.Type).map { bindStreamEnd($0) }
        self.explainer = filter as? any RequestExplainer
        self.log = (type as? any LogHook.Type).map { bindLog($0) }
    }
}

private func bindRequestHead<H: RequestHeadHook>(_: H.Type) -> BoundFilter.HeadHook {
    { try unsafeDowncast($0, to: H.self).requestHead($1) }
}

private func bindRequestBody<H: RequestBodyHook>(_: H.Type) -> BoundFilter.BodyHook {
    { try unsafeDowncast($0, to: H.self).requestBody(&$1, end: $2, $3) }
}

private func bindRequestObserver<H: RequestBodyObserver>(_: H.Type) -> BoundFilter.ObserverHook {
    { try unsafeDowncast($0, to: H.self).requestBodyObserved($1, end: $2, $3) }
}

private func bindRequestCollect<H: RequestCollectHook>(_: H.Type) -> BoundFilter.CollectHook {
    { try unsafeDowncast($0, to: H.self).requestCollected(&$1, $2) }
}

private func bindRequestTrailers<H: RequestTrailersHook>(_: H.Type) -> BoundFilter.TrailersHook {
    { try unsafeDowncast($0, to: H.self).requestTrailers(&$1, $2) }
}

private func bindResponseHead<H: ResponseHeadHook>(_: H.Type) -> BoundFilter.HeadHook {
    { try unsafeDowncast($0, to: H.self).responseHead($1) }
}

private func bindResponseBody<H: ResponseBodyHook>(_: H.Type) -> BoundFilter.BodyHook {
    { try unsafeDowncast($0, to: H.self).responseBody(&$1, end: $2, $3) }
}

private func bindResponseObserver<H: ResponseBodyObserver>(_: H.Type) -> BoundFilter.ObserverHook {
    { try unsafeDowncast($0, to: H.self).responseBodyObserved($1, end: $2, $3) }
}

private func bindResponseCollect<H: ResponseCollectHook>(_: H.Type) -> BoundFilter.CollectHook {
    { try unsafeDowncast($0, to: H.self).responseCollected(&$1, $2) }
}

private func bindResponseTrailers<H: ResponseTrailersHook>(_: H.Type) -> BoundFilter.TrailersHook {
    { try unsafeDowncast($0, to: H.self).responseTrailers(&$1, $2) }
}

private func bindStreamEnd<H: StreamEndHook>(_: H.Type) -> BoundFilter.EndHook {
    { unsafeDowncast($0, to: H.self).streamEnded($1) }
}

private func bindLog<H: LogHook>(_: H.Type) -> BoundFilter.EndHook {
    { unsafeDowncast($0, to: H.self).log($1) }
}
