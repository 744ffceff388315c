package import Logging

/// Looks at the files of certificates again and again, away from the event loops.
package final class CertificateWatch: Sendable {
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - certificates: Those of all listeners at that time.
    ///   - interval: From one look to the next; twice that is the longest time until a change is in force, also when the
    ///     files of a certificate and its key change at different times.
    ///   - logger: Gets changes and failures.
    package init(
        interval: Duration = .seconds(3),
        logger: Logger,
        _ certificates: @escaping @Sendable () -> [TLSCertificates]
    ) {
        self.task = Task.detached {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled else { return }
                for item in certificates() { item.refresh(logger) }
            }
        }
    }

    /// Stops looking.
    package func stop() { self.task.cancel() }

    deinit { self.task.cancel() }
}
