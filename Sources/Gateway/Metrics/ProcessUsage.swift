import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the system counts of the process.
///
/// The names of the metrics made from it are those that Prometheus' own client libraries agree on.
package struct ProcessUsage: Sendable, Hashable {
    /// Seconds of processor time, in the process and in the kernel for it.
    package var processorSeconds: Double
    /// When the process began, in seconds since 1970.
    package var startTime: Double
    /// In bytes.
    package var virtualMemory: Int
    /// Open file descriptors; `nil` where they cannot be listed.
    package var openDescriptors: Int?
    /// How many there may be.
    package var descriptorLimit: Int?

    /// Reads what `/proc` says; `nil` where there is none.
    package static func read() -> ProcessUsage? {
        guard let line = text("/proc/self/stat"), let system = text("/proc/stat") else { return nil }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        guard var usage = ProcessUsage(stat: line, system: system, ticksPerSecond: ticks) else { return nil }
        // The list itself takes one.
        usage.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map {
            $0.count - 1
        }
        var limit = rlimit()
        #if canImport(Glibc)
            let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            let result = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        if result == 0 { usage.descriptorLimit = Int(exactly: limit.rlim_cur) }
        return usage
    }

    /// Reads two texts of the kernel; `nil` when they make no sense.
    ///
    /// Source: proc_pid_stat(5), whose second field may hold blanks and parentheses, and proc_stat(5).
    package init?(stat: String, system: String, ticksPerSecond ticks: Double) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        // The first of these is the third of the line.
        guard fields.count > 20, let user = Double(fields[11]), let kernel = Double(fields[12]),
            let start = Double(fields[19]), let size = Int(fields[20])
        else { return nil }
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let boot, let bootTime = Double(boot.dropFirst(6)) else { return nil }
        self.processorSeconds = (user + kernel) / ticks
        self.startTime = bootTime + start / ticks
        self.virtualMemory = size
    }
}

private func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}
