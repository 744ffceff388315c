import NIOCore
import Synchronization

/// What was read of the requests that were answered lately: one that comes again byte for byte is not read again.
///
/// Reading takes most of the time of a hit: JSON, the scope's digest, two hashes. A place in the table is chosen by a hash
/// of the body, and holds the request that was answered there last; what counts is that body, consumer, route and
/// format are equal. Shared by all event loops.
final class RecentQuestions: Sendable {
    /// What a request says to the cache, its header fields apart.
    struct Reading: Sendable {
        let key: CacheKey
        /// The digest of what else has to be equal; `nil` for nothing else.
        let scope: String?
        /// Whether the answer shall come as events.
        let streamed: Bool
        /// Whether the events shall tell the usage too.
        let wantsUsageEvent: Bool
    }

    /// Longer bodies are read every time. With ``count`` it bounds the memory to 2 MiB.
    static let longestBody = 8 << 10
    private static let count = 256

    private struct Entry: Sendable {
        let body: ByteBuffer
        let consumer: String?
        let route: String?
        let format: String
        let reading: Reading
    }

    private final class Place: Sendable {
        let entry = Mutex<Entry?>(nil)
    }

    private let places = (0..<RecentQuestions.count).map { _ in Place() }

    /// What was read of an equal request.
    ///
    /// - Parameter format: What the path says, as in ``CacheableRequest/format(target:)``.
    func reading(of body: ByteBuffer, consumer: String?, route: String?, format: String) -> Reading? {
        guard body.readableBytes <= Self.longestBody else { return nil }
        return self.place(of: body).entry.withLock { entry in
            guard let entry, entry.body == body, entry.consumer == consumer, entry.route == route,
                entry.format == format
            else { return nil }
            return entry.reading
        }
    }

    /// Keeps what was read of a request.
    func remember(_ reading: Reading, of body: ByteBuffer, consumer: String?, route: String?, format: String) {
        guard body.readableBytes <= Self.longestBody else { return }
        // A copy, since a slice would keep all that was received with it.
        let copy = ByteBuffer(bytes: body.readableBytesView)
        let entry = Entry(body: copy, consumer: consumer, route: route, format: format, reading: reading)
        self.place(of: body).entry.withLock { $0 = entry }
    }

    /// The place of a body, by a hash that is quick and no more: who makes bodies meet gains that they are read anew.
    private func place(of body: ByteBuffer) -> Place {
        let hash = body.withUnsafeReadableBytes { bytes in
            var hash = UInt64(bytes.count)
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
                hash ^= hash >> 29
                offset += 8
            }
            for byte in bytes[offset...] { hash = (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15 }
            return hash ^ (hash >> 32)
        }
        return self.places[Int(hash % UInt64(Self.count))]
    }
}
