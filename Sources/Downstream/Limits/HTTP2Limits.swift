package import HTTP2
package import NIOCore

/// What one HTTP/2 connection may cost beside what ``ConnectionLimits`` says.
///
/// The rates bound what a client can make the gateway do without asking for anything: well-behaved clients stay an order
/// of magnitude below them.
package struct HTTP2Limits: Sendable, Hashable {
    /// Streams at a time; more are refused (`REFUSED_STREAM`); default 100.
    package var maxConcurrentStreams = 100
    /// Bytes of a request's body that may be on their way for one stream; default 64 KiB.
    package var initialWindow = 64 * 1024
    /// Bytes of request bodies that may be on their way for all streams together; default 1 MiB.
    package var connectionWindow = 1 << 20
    /// Streams that the client takes back (CVE-2023-44487); default 200 at once, then 20 a second.
    package var clientResets = RateLimit(burst: 200, perSecond: 20)
    /// Streams that the client makes the gateway reset (CVE-2025-8671); default 100 at once, then 10 a second.
    package var provokedResets = RateLimit(burst: 100, perSecond: 10)
    /// Streams that are refused before the client has acknowledged the gateway's settings, and so need not know how many it may
    /// open (RFC 9113, section 6.5.3); they count for this instead; default 1,000 in all.
    package var earlyRefusals = 1000
    /// SETTINGS, PING, PRIORITY, GOAWAY and unknown frames (CVE-2019-9512, 9513, 9515); default 1,000 at once, then 100 a
    /// second.
    package var controlFrames = RateLimit(burst: 1000, perSecond: 100)
    /// DATA frames without data, padded or not, that do not end the stream (CVE-2019-9518); default 100 at once, then 10 a second.
    package var emptyFrames = RateLimit(burst: 100, perSecond: 10)
    /// CONTINUATION frames of one header section (CVE-2024-27316); default 16.
    package var continuationFrames = 16
    /// How long the client may take to acknowledge the gateway's settings; default 15 s.
    package var settingsTimeout = TimeAmount.seconds(15)

    package init() {}
}
