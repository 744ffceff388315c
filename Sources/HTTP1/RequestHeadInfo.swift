package import FilterAPI

/// What the codec learned from a request's head beside the head itself.
package struct RequestHeadInfo: Sendable {
    /// The client's version.
    package var version: HTTP1Version
    /// How the body is delimited; never `untilClose`.
    package var framing: MessageFraming
    /// Whether the client lets the connection carry further requests; the default of HTTP/1.0 is no.
    package var keepAlive: Bool
    /// Whether the client waits for `100 (Continue)`; never on HTTP/1.0 (RFC 9110, section 10.1.1).
    package var expectsContinue: Bool
    /// The value of `Upgrade` as received; `nil` unless there is exactly one, nominated by `Connection`, on HTTP/1.1.
    package var upgrade: MessageText?
    /// Whether `upgrade` is `websocket` without case.
    package var isWebSocketUpgrade: Bool
    /// Whether the target was in absolute form, and so replaced `Host`.
    package var isAbsoluteForm: Bool
}
