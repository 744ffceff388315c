package import FilterAPI

/// What the codec learned from a response's head beside the head itself.
package struct ResponseHeadInfo: Sendable {
    /// What a head announces.
    package enum Kind: Sendable, Hashable {
        /// The response to the request.
        case final
        /// An interim response (1xx but 101); another head follows.
        case informational
        /// `101`: the connection belongs to another protocol from here on.
        case switchingProtocols
    }

    /// Whether this is the final head.
    package var kind: Kind
    /// The upstream's version.
    package var version: HTTP1Version
    /// How the body is delimited, with regard to the request's method and the status.
    package var framing: MessageFraming
    /// The value of `Content-Length`, also where it does not delimit a body, as in answers to HEAD.
    package var contentLength: Int?
    /// Whether the connection may carry another request once the body has ended.
    package var keepAlive: Bool
    /// The value of the only `Upgrade`, on `101`.
    package var upgrade: MessageText?
    /// Whether `upgrade` is `websocket` without case.
    package var isWebSocketUpgrade: Bool
}
