import Gateway
import Synchronization

/// A memory of the process that a test sets, in hundredths of a budget of 100 MiB.
final class MemoryDial: Sendable {
    /// The `limits` that go with it.
    static let limits = "limits: { memory: 100MiB }"

    private let bytes = Atomic<Int>(0)

    /// For the fixture.
    var reading: @Sendable () -> Int? { { self.bytes.load(ordering: .relaxed) } }

    /// Sets the memory, and has the gateway know of it.
    func turn(to percent: Int, _ gateway: GatewayFixture) {
        self.bytes.store(percent << 20, ordering: .relaxed)
        gateway.server.measureMemory()
    }
}
