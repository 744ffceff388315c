import Foundation

#if canImport(Glibc)
    import Glibc

    private let datagramSocket = Int32(SOCK_DGRAM.rawValue)
#elseif canImport(Musl)
    import Musl

    private let datagramSocket = SOCK_DGRAM
#else
    import Darwin

    private let datagramSocket = SOCK_DGRAM
#endif

/// The service manager that has started this process and wants to hear how it does; nothing is said when there is none.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3).
struct ServiceManager: Sendable {
    /// What it is told.
    enum News: Sendable, Hashable {
        /// The gateway serves.
        case ready
        /// The configuration is read anew; time on the monotonic clock in microseconds.
        case reloading(at: UInt64)
        /// The gateway drains.
        case stopping
        /// All event loops turn.
        case alive
        /// Words for people.
        case status(String)

        /// As it is sent.
        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
            case .stopping: "STOPPING=1"
            case .alive: "WATCHDOG=1"
            case .status(let words): "STATUS=\(words)"
            }
        }
    }

    /// Where it listens: a path, or `@` and an abstract name.
    private let address: String?
    /// How often it wants to hear that the gateway is alive; `nil` for never.
    let watchdog: Duration?

    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    ///   - process: The number of this process.
    init(environment: [String: String], process: Int32) {
        let address = environment["NOTIFY_SOCKET"] ?? ""
        self.address = address.hasPrefix("/") || (address.hasPrefix("@") && address.count > 1) ? address : nil
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        let time = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        self.watchdog = self.address != nil && isOurs && time > 0 ? .microseconds(time) : nil
    }

    /// That of this process.
    static var current: ServiceManager {
        ServiceManager(environment: ProcessInfo.processInfo.environment, process: getpid())
    }

    /// Whether there is one.
    var isPresent: Bool { self.address != nil }

    /// The time on the monotonic clock, in microseconds.
    static var monotonicTime: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000 + UInt64(max(0, time.tv_nsec)) / 1000
    }

    /// Tells it something. A manager that does not listen any more changes nothing for the gateway.
    func tell(_ news: News...) {
        guard let address else { return }
        let bytes = Array(news.map(\.text).joined(separator: "\n").utf8)
        let descriptor = socket(AF_UNIX, datagramSocket, 0)
        guard descriptor >= 0 else { return }
        defer { _ = close(descriptor) }
        ServiceManager.withAddress(address) { pointer, size in
            _ = sendto(descriptor, bytes, bytes.count, 0, pointer, size)
        }
    }

    /// An abstract name begins with a zero byte and is as long as the address says.
    private static func withAddress(_ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(name.utf8)
        let isAbstract = path.first == UInt8(ascii: "@")
        if isAbstract { path[0] = 0 }
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < capacity else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let size = socklen_t(offset + path.count + (isAbstract ? 0 : 1))
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}
