import Downstream
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many file descriptors the process may have open: getrlimit(2).
public enum DescriptorLimit {
    /// The limit that is in force; `nil` where there is none.
    static var current: Int? { self.limits.flatMap { Int(exactly: $0.rlim_cur) } }

    /// Raises it as far as the system allows: the usual 1024 is there for programs that use select(2).
    ///
    /// - Returns: The limits before and after; `nil` when nothing has changed.
    public static func raise() -> (before: Int, after: Int)? {
        guard var limits = self.limits, let before = Int(exactly: limits.rlim_cur) else { return nil }
        #if canImport(Darwin)
            limits.rlim_cur = min(limits.rlim_max, rlim_t(OPEN_MAX))
        #else
            limits.rlim_cur = limits.rlim_max
        #endif
        guard Int(clamping: limits.rlim_cur) > before, self.change(to: &limits) else { return nil }
        return (before, Int(clamping: limits.rlim_cur))
    }

    private static var limits: rlimit? {
        var limits = rlimit()
        #if canImport(Glibc)
            let result = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #else
            let result = getrlimit(RLIMIT_NOFILE, &limits)
        #endif
        return result == 0 ? limits : nil
    }

    private static func change(to limits: inout rlimit) -> Bool {
        #if canImport(Glibc)
            return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0
        #else
            return setrlimit(RLIMIT_NOFILE, &limits) == 0
        #endif
    }
}

extension GatewayServer {
    /// Warns of listeners that may have more connections than the descriptor limit has room for.
    public func warnOfDescriptors() {
        let budget = self.descriptors.budget
        for open in self.openListeners {
            let connections = open.listener.settings.limits.connections
            guard connections > budget.clients else { continue }
            self.surroundings.logger.warning(
                "limits.connections is more than the limit of file descriptors has room for",
                metadata: [
                    "listener": "\(open.listener.name)", "connections": "\(connections)",
                    "room": "\(budget.clients)", "limit": "\(budget.limit)",
                ]
            )
        }
    }
}
