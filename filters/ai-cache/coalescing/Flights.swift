import Synchronization

/// The upstream calls that are under way, by the key under which their answers will be stored.
///
/// Shared by all event loops; asked on misses only.
final class Flights: Sendable {
    /// What a request that missed becomes.
    enum Role {
        /// It asks the upstream, and others may wait for its answer.
        case leader(Flight)
        /// It waits for the answer of another.
        case follower(Flight, Int)
    }

    private let flights = Mutex<[CacheKeyID: Flight]>([:])

    /// How many calls are under way.
    var count: Int { self.flights.withLock { $0.count } }

    /// The role of a request.
    ///
    /// - Parameters:
    ///   - key: The name of its stored key.
    ///   - streamed: Whether it wants events.
    ///   - wantsUsageEvent: Whether it wants the usage as an event.
    ///   - limit: How many bytes of events are kept for a follower that reads slowly.
    func role(_ key: CacheKeyID, streamed: Bool, wantsUsageEvent: Bool, limit: Int) -> Role {
        self.flights.withLock { flights in
            if let flight = flights[key],
                let id = flight.join(takesEvents: streamed && flight.wantsUsageEvent == wantsUsageEvent)
            {
                return .follower(flight, id)
            }
            let flight = Flight(wantsUsageEvent: wantsUsageEvent, limit: limit)
            flights[key] = flight
            return .leader(flight)
        }
    }

    /// Nobody joins a flight any more.
    func close(_ flight: Flight, _ key: CacheKeyID) {
        self.flights.withLock { flights in
            if flights[key] === flight { flights[key] = nil }
        }
    }
}
