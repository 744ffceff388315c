import NIOCore
import Synchronization
import TestSupport

/// A configuration with one route for everything, and services at ports of this machine.
func routing(_ services: [(name: String, endpoints: [String])], route: String, extra: String = "") -> String {
    let items = services.map { service in
        let domain = service.endpoints.map { "\"\($0)\"" }.joined(separator: ", ")
        return "  - { name: \(service.name), type: static, domain: [\(domain)] }"
    }
    let lines = route.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
    return """
        listeners:
          - { name: http, address: "127.0.0.1:0" }
        services:
        \(items.joined(separator: "\n"))
        routes:
          - name: all
        \(lines.joined(separator: "\n"))
        \(extra)
        """
}

/// A number that scripts of upstreams count up.
final class Tally: Sendable {
    private let count = Mutex(0)

    /// Counts one up and gives the number before.
    func next() -> Int {
        self.count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

/// Holds all who wait until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    /// How many wait.
    var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = self.state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
