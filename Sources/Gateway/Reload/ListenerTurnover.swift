/// Which listeners keep their sockets when the configuration changes: a pure value.
///
/// An equal address keeps its socket whatever else changes, so that its port is never closed, not even when the
/// listener gets another name. Port 0 names no port; such listeners are recognised by their names as well.
package struct ListenerTurnover: Equatable {
    /// What tells listeners apart.
    package struct Key: Hashable, Sendable {
        package let name: String
        package let host: String
        package let port: Int

        package init(name: String, host: String, port: Int) {
            self.name = name
            self.host = host
            self.port = port
        }
    }

    /// For each listener that is wanted the position of the open one that goes on as it, or `nil` for a new one.
    package let kept: [Int?]
    /// The positions of open ones that go.
    package let removed: [Int]

    package init(from open: [Key], to wanted: [Key]) {
        var left = Array(open.indices)
        func take(_ matches: (Key) -> Bool) -> Int? {
            left.firstIndex { matches(open[$0]) }.map { left.remove(at: $0) }
        }
        var kept = wanted.map { key in take { $0 == key } }
        for (index, key) in wanted.enumerated() where kept[index] == nil && key.port != 0 {
            kept[index] = take { $0.host == key.host && $0.port == key.port }
        }
        self.kept = kept
        self.removed = left
    }
}
