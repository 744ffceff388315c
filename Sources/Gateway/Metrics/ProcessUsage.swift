import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the system counts of the process; each figure is `nil` where the system does not tell it.
///
/// The names of the metrics made from it are those that Prometheus' own client libraries agree on.
package struct ProcessUsage: Sendable, Hashable {
    /// Seconds of processor time, in the process and in the kernel for it.
    package var processorSeconds: Double?
    /// When the process began, in seconds since 1970.
    package var startTime: Double?
    /// In bytes.
    package var virtualMemory: Int?
    /// Open file descriptors.
    package var openDescriptors: Int?
    /// How many there may be.
    package var descriptorLimit: Int?

    /// Asks the system, and of `/proc` only for what is the process's own: `/proc/stat` may be hidden
    /// (`ProcSubset=pid` of systemd).
    package static func read() -> ProcessUsage {
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        var usage = ProcessUsage(
            stat: text("/proc/self/stat") ?? "",
            bootTime: SystemTime.boot,
            ticksPerSecond: ticks
        )
        // The list itself takes one.
        usage.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map {
            $0.count - 1
        }
        usage.descriptorLimit = DescriptorLimit.current
        return usage
    }

    /// Reads the kernel's line about the process; a field that makes no sense is `nil`, and so are all when the line
    /// does not.
    ///
    /// Source: proc_pid_stat(5), whose second field may hold blanks and parentheses.
    ///
    /// - Parameters:
    ///   - stat: The line.
    ///   - bootTime: When the machine began, in seconds since 1970.
    ///   - ticksPerSecond: What the line counts time in.
    package init(stat: String, bootTime: Double?, ticksPerSecond ticks: Double) {
        guard let end = stat.lastIndex(of: ")") else { return }
        // The first of these is the third of the line.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        func field(_ index: Int) -> Substring { fields.indices.contains(index) ? fields[index] : "" }
        if let user = Double(field(11)), let kernel = Double(field(12)) {
            self.processorSeconds = (user + kernel) / ticks
        }
        if let bootTime, let start = Double(field(19)) { self.startTime = bootTime + start / ticks }
        self.virtualMemory = Int(field(20))
    }
}

private func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}
