/// Which name is looked up next, when only so many may be at once; knows neither threads nor clocks.
///
/// A lookup that hangs cannot be ended. So names that have been answered come first, then new ones, then those that
/// failed the last time, and the last two kinds leave some places free.
struct LookupQueue: Sendable {
    /// What is known of a name.
    private enum Standing: Sendable {
        case answered, new, failed
    }

    /// How many lookups there may be at once.
    let limit: Int
    private var standings: [String: Standing] = [:]
    private var running: [String: Standing] = [:]
    private var waiting: [String] = []

    /// - Parameter limit: How many lookups there may be at once; at least 1.
    init(limit: Int) { self.limit = max(1, limit) }

    /// Wants a name to be looked up, once however often it is asked for before the answer.
    mutating func ask(_ host: String) {
        guard running[host] == nil, !waiting.contains(host) else { return }
        waiting.append(host)
    }

    /// The name that is looked up from now on; `nil` for none now.
    mutating func next() -> String? {
        guard running.count < limit else { return nil }
        let failed = running.values.count(where: { $0 == .failed })
        let unproven = running.values.count(where: { $0 != .answered })
        if unproven < max(1, limit * 3 / 4) {
            let kinds: [Standing] = failed < max(1, limit / 2) ? [.answered, .new, .failed] : [.answered, .new]
            return take(kinds)
        }
        return take([.answered])
    }

    /// A lookup has ended.
    mutating func ended(_ host: String, isAnswered: Bool) {
        running[host] = nil
        standings[host] = isAnswered ? .answered : .failed
    }

    /// Takes the first name of the first of these kinds that waits.
    private mutating func take(_ kinds: [Standing]) -> String? {
        for kind in kinds {
            guard let index = waiting.firstIndex(where: { (standings[$0] ?? .new) == kind }) else { continue }
            let host = waiting.remove(at: index)
            running[host] = kind
            return host
        }
        return nil
    }
}
