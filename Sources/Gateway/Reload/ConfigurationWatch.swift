import Downstream

/// Looks at the files of the configuration again and again, and has them read when they have changed.
///
/// Links are followed to the end, so a file that is replaced by renaming and a link that is turned are seen as well.
final class ConfigurationWatch: Sendable {
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - interval: From one look to the next; a change is in force after two of them.
    ///   - origin: The files, as they were when they were last read; `nil` ends the watch.
    ///   - reload: Reads them.
    init(
        every interval: Duration,
        origin: @escaping @Sendable () -> ConfigurationOrigin?,
        reload: @escaping @Sendable () async -> Void
    ) {
        self.task = Task.detached {
            var change = FileChange<FileStamp>()
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled, let origin = origin() else { return }
                if change.isReady(origin.current, since: origin.stamps) { await reload() }
            }
        }
    }

    /// Stops looking.
    func stop() { self.task.cancel() }

    deinit { self.task.cancel() }
}
