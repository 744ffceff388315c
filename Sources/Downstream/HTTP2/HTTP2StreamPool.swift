import FilterRuntime

/// Objects of streams that are over, for the next ones on any connection of an event loop.
///
/// They are the loop's and not a connection's, since connections without a stream are many and shall be small.
struct HTTP2StreamPool {
    /// How many are kept, for bursts of short streams.
    private static let limit = 64

    private var spare: [HTTP2Stream] = []

    mutating func take() -> HTTP2Stream? { self.spare.popLast() }

    /// - Parameters:
    ///   - stream: It rests.
    ///   - snapshot: The configuration in force: an earlier one is let go.
    mutating func put(_ stream: HTTP2Stream, for snapshot: any StreamSnapshot) {
        guard self.spare.count < HTTP2StreamPool.limit else { return stream.finish() }
        stream.stream.release(for: snapshot)
        self.spare.append(stream)
    }

    /// Lets go of all of them, and of the configuration that they have.
    mutating func removeAll() {
        for stream in self.spare { stream.finish() }
        self.spare = []
    }
}
