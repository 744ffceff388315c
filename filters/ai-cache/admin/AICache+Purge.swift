import FilterAPI
import NIOCore

/// What was forgotten, and what could not be.
struct PurgeReport: Sendable {
    /// A store that did not do as it was asked, or could not be asked.
    struct Failure: Sendable, Hashable {
        /// The name of the entry in the chain.
        let cache: String
        let tier: AICacheMetrics.Tier
        let message: String
    }

    /// Entries of cache stores.
    var removed = 0
    /// Entries of vector stores; `nil` when one of them does not tell.
    var vectors: Int? = 0
    /// Whether there is a vector store at all.
    var hasVectors = false
    var failures: [Failure] = []
    /// What nobody could be asked for, though no store is to blame.
    var unresolved: [Failure] = []

    mutating func add(_ other: PurgeReport) {
        self.removed += other.removed
        self.hasVectors = self.hasVectors || other.hasVectors
        self.vectors = self.vectors.flatMap { count in other.vectors.map { count + $0 } }
        self.failures += other.failures.filter { !self.failures.contains($0) }
        self.unresolved += other.unresolved.filter { !self.unresolved.contains($0) }
    }

    mutating func add(vectors count: Int?) {
        self.vectors = self.vectors.flatMap { known in count.map { known + $0 } }
    }

    /// A JSON object.
    var json: String {
        var writer = JSONWriter()
        writer.object { object in
            if !self.failures.isEmpty { object.member("error", "a store did not answer as it should") }
            object.member("removed", self.removed)
            if self.hasVectors {
                object.member("vectors") { if let vectors { $0.number(vectors) } else { $0.null() } }
            }
            for (name, list) in [("failures", self.failures), ("unresolved", self.unresolved)] where !list.isEmpty {
                object.member(name) { $0.array { for failure in list { failure.write(into: &$0) } } }
            }
        }
        return String(buffer: writer.bytes)
    }
}

extension PurgeReport.Failure {
    fileprivate func write(into array: inout JSONWriter) {
        array.object {
            $0.member("cache", self.cache)
            $0.member("tier", self.tier.rawValue)
            $0.member("message", self.message)
        }
    }
}

extension AICache {
    /// How often an answer may have been copied from one wording to another.
    private static let longestWay = 8

    /// Forgets entries of both stores; what fails in one does not keep the other from it.
    nonisolated(nonsending) func purge(
        _ purge: Purge,
        at secondsSince1970: Int,
        by callouts: any Callouts
    ) async -> PurgeReport {
        // Before, for what is under way, and after, for what begins meanwhile with what is still there.
        self.answers.notePurge()
        defer { self.answers.notePurge() }
        var report = PurgeReport(hasVectors: self.semantic != nil)
        switch purge {
        case .entry(let id):
            var next: CacheKeyID? = id
            for _ in 0..<Self.longestWay {
                guard let key = next else { break }
                let held = await self.purgeStore(.entry(key), &report, by: callouts)
                if self.configuration.scope.isEmpty, case .remote(let store)? = self.semantic?.vectors {
                    self.forgetLabels(of: .key(key))
                    await self.forget(held.question, in: store, at: secondsSince1970, &report, by: callouts)
                } else {
                    await self.forgetVectors(.key(key), at: secondsSince1970, &report, by: callouts)
                }
                // The answer of another question, in whose wording it would be found again.
                next = self.origin(of: held.bytes)
            }
        case .scope(let digest):
            _ = await self.purgeStore(purge, &report, by: callouts)
            await self.forgetVectors(.scope(digest), at: secondsSince1970, &report, by: callouts)
        case .scopeOf(let id):
            let held = await self.purgeStore(purge, &report, by: callouts)
            if let digest = held.scope {
                await self.forgetVectors(.scope(digest), at: secondsSince1970, &report, by: callouts)
            } else {
                await self.purgeScopeOfVector(id, at: secondsSince1970, &report, by: callouts)
            }
        }
        return report
    }

    /// Forgets the scope of an entry that the cache store does not know.
    private nonisolated(nonsending) func purgeScopeOfVector(
        _ id: CacheKeyID,
        at secondsSince1970: Int,
        _ report: inout PurgeReport,
        by callouts: any Callouts
    ) async {
        switch self.semantic?.vectors {
        case .local(let vectors):
            guard let digest = await vectors.scope(of: id) else { return }
            _ = await self.purgeStore(.scope(digest), &report, by: callouts)
            await self.forgetVectors(.scope(digest), at: secondsSince1970, &report, by: callouts)
        case .remote where !self.configuration.scope.isEmpty && report.failures.isEmpty:
            self.leave("no entry of that key is known, so its scope is not; name the scope's digest", &report)
        case .remote, nil: return
        }
    }

    private nonisolated(nonsending) func purgeStore(
        _ purge: Purge,
        _ report: inout PurgeReport,
        by callouts: any Callouts
    ) async -> PurgedEntries {
        var purged = PurgedEntries()
        switch self.store {
        case .local(let store): purged = store.purge(purge)
        case .remote(let store):
            do {
                purged = try await store.purge(purge, prefix: self.configuration.cache.keyPrefix, by: callouts)
            } catch {
                self.failed(.cache, "\(error)", &report)
            }
        case nil: break
        }
        report.removed += purged.count
        return purged
    }

    private nonisolated(nonsending) func forgetVectors(
        _ removal: VectorRemoval,
        at secondsSince1970: Int,
        _ report: inout PurgeReport,
        by callouts: any Callouts
    ) async {
        switch self.semantic?.vectors {
        case .local(let store): report.add(vectors: await store.remove(removal))
        case .remote(let store):
            self.forgetLabels(of: removal)
            // Records of an empty scope belong to none.
            guard !self.configuration.scope.isEmpty else { return }
            do {
                report.add(vectors: try await store.remove(removal, at: secondsSince1970, by: callouts))
            } catch {
                self.failed(.vector, "\(error)", &report)
            }
        case nil: return
        }
    }

    /// Forgets the record of a question without a scope, which holds no key to find it by.
    private nonisolated(nonsending) func forget(
        _ question: String?,
        in store: any RemoteVectorStore,
        at secondsSince1970: Int,
        _ report: inout PurgeReport,
        by callouts: any Callouts
    ) async {
        guard let question else {
            return self.leave(
                "with an empty scope records hold no key, and the cache store does not know the question",
                &report
            )
        }
        do {
            report.add(vectors: try await store.remove(question: question, at: secondsSince1970, by: callouts))
        } catch let error as ProviderError where error.code == .unsupported {
            self.leave(error.message, &report)
        } catch {
            self.failed(.vector, "\(error)", &report)
        }
    }

    /// Notes what cannot be looked for in the vector store.
    private func leave(_ message: String, _ report: inout PurgeReport) {
        report.add(vectors: nil)
        let left = PurgeReport.Failure(cache: self.entryName, tier: .vector, message: message)
        if !report.unresolved.contains(left) { report.unresolved.append(left) }
    }

    /// Forgets what is known of entries in a service; a store in memory does it with the entries.
    private func forgetLabels(of removal: VectorRemoval) {
        switch removal {
        case .key(let key): self.verified?.ledger.remove(key)
        // Which keys are of the scope only the service knows.
        case .scope: self.verified?.ledger.removeAll()
        }
    }

    private func failed(_ tier: AICacheMetrics.Tier, _ message: String, _ report: inout PurgeReport) {
        self.log.failure("purge", "\(tier.rawValue): \(message)")
        let failure = PurgeReport.Failure(cache: self.entryName, tier: tier, message: message)
        if !report.failures.contains(failure) { report.failures.append(failure) }
    }

    /// Whose answer the bytes of a purged entry are, when that is another question's.
    private func origin(of bytes: ByteBuffer?) -> CacheKeyID? {
        guard let bytes, case .structured(let answer)? = self.configuration.form.decode(bytes) else { return nil }
        return answer.origin.flatMap { CacheKeyID(String(buffer: $0)) }
    }
}
