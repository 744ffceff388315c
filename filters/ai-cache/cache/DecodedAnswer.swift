import Synchronization

/// What stored bytes say, once somebody has read them: an answer that is served often is parsed once.
final class DecodedAnswer: Sendable {
    private struct Reading {
        let form: StoredForm
        let value: CachedValue
    }

    private let reading = Mutex<Reading?>(nil)

    /// The answer as it was read before, else as `decode` reads it; a damaged one is read again every time.
    func value(as form: StoredForm, _ decode: () -> CachedValue?) -> CachedValue? {
        if let known = self.reading.withLock({ $0 }), known.form == form { return known.value }
        guard let value = decode() else { return nil }
        self.reading.withLock { $0 = Reading(form: form, value: value) }
        return value
    }
}
