/// The streams of a connection that are not over, by their identifiers.
///
/// Identifiers only grow, so new streams go to the end and the table is always in order. It is small, and holds no memory
/// to speak of while there is no stream.
struct HTTP2StreamTable<Stream> {
    /// Room that is kept while there is no stream.
    private static var keptCapacity: Int { 8 }

    private var entries: ContiguousArray<(id: UInt32, stream: Stream)> = []

    var count: Int { self.entries.count }
    var isEmpty: Bool { self.entries.isEmpty }
    /// All streams, the oldest first.
    var streams: [Stream] { self.entries.map { $0.stream } }

    /// The stream of an identifier.
    subscript(id: UInt32) -> Stream? { self.index(of: id).map { self.entries[$0].stream } }

    /// Adds a stream whose identifier is above those of all others.
    mutating func append(_ id: UInt32, _ stream: Stream) {
        self.entries.append((id, stream))
    }

    /// Removes a stream.
    mutating func remove(_ id: UInt32) {
        guard let index = self.index(of: id) else { return }
        self.entries.remove(at: index)
        if self.entries.isEmpty, self.entries.capacity > Self.keptCapacity { self.entries = [] }
    }

    /// Removes all streams.
    mutating func removeAll() { self.entries = [] }

    private func index(of id: UInt32) -> Int? {
        var (low, high) = (0, self.entries.count)
        // Frames are mostly those of the newest stream.
        if high > 0, self.entries[high - 1].id == id { return high - 1 }
        while low < high {
            let middle = (low + high) / 2
            let found = self.entries[middle].id
            if found == id { return middle }
            if found < id { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
