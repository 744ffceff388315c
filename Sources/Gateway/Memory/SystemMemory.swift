import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the system says about memory, in bytes.
package enum SystemMemory {
    /// The pages of the process that are in memory; `nil` where there is no `/proc`.
    ///
    /// Source: proc_pid_statm(5). The kernel's count may lag by some pages a core.
    @Sendable
    package static func resident() -> Int? {
        self.residentPages(self.text("/proc/self/statm")).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }

    /// The second number of a line; `nil` when there is none that makes sense.
    package static func residentPages(_ line: String?) -> Int? {
        guard let words = line?.split(separator: " "), words.count > 1, let pages = Int(words[1]) else { return nil }
        return (0...(1 << 40)).contains(pages) ? pages : nil
    }

    /// The least of what the control groups of the process and the machine allow.
    static func available() -> Int? {
        let machine = Int(exactly: ProcessInfo.processInfo.physicalMemory)
        let groups = self.groupFiles(self.text("/proc/self/cgroup") ?? "").compactMap { self.limit(self.text($0)) }
        return ([machine].compactMap { $0 } + groups).min()
    }

    /// Where the limits of the process's control group and of those above it stand, for both versions of the interface.
    ///
    /// Source: cgroups(7). In a container the group's own path is often not visible, and the root is the group.
    static func groupFiles(_ memberships: String) -> [String] {
        var files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        for line in memberships.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isSecondVersion = parts[0] == "0" && parts[1].isEmpty
            guard isSecondVersion || parts[1].split(separator: ",").contains("memory") else { continue }
            var path = parts[2].split(separator: "/")
            while !path.isEmpty {
                let group = path.joined(separator: "/")
                files.append(
                    isSecondVersion
                        ? "/sys/fs/cgroup/\(group)/memory.max" : "/sys/fs/cgroup/memory/\(group)/memory.limit_in_bytes"
                )
                path.removeLast()
            }
        }
        return files
    }

    /// The number of a limit's file; `nil` for `max` and for what is not there.
    static func limit(_ text: String?) -> Int? {
        guard let text, let bytes = Int(text.prefix { !$0.isNewline }), bytes > 0 else { return nil }
        return bytes
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { bytes in
            let count = read(descriptor, bytes.baseAddress, bytes.count)
            return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
        }
    }
}
