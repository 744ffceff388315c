import Synchronization

/// What all event loops are told about memory: written by whoever measures, read once for each new stream.
package final class OverloadSignal: Sendable {
    private let value = Atomic<UInt8>(MemoryPressure.Level.nothing.rawValue)

    package init() {}

    /// What is to be turned away.
    package var level: MemoryPressure.Level {
        MemoryPressure.Level(rawValue: self.value.load(ordering: .relaxed)) ?? .nothing
    }

    /// Tells all loops.
    package func publish(_ level: MemoryPressure.Level) {
        self.value.store(level.rawValue, ordering: .relaxed)
    }
}
