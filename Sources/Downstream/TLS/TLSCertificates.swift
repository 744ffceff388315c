package import Logging
import NIOSSL
import Synchronization

/// The certificates of a listener, kept up to date with their files.
///
/// Connections take what is current when they begin and keep it to their end, so a change drops none of them.
package final class TLSCertificates: Sendable {
    package let settings: TLSSettings
    private let state: Mutex<State>

    private struct State {
        var current: TLSContexts
        /// What the files looked like when they were last read, whether or not they could be used.
        var stamps: [FileStamp?]
    }

    /// Reads all files.
    ///
    /// - Throws: ``TLSCertificatesError`` with everything that is wrong.
    package init(_ settings: TLSSettings) throws(TLSCertificatesError) {
        let stamps = TLSCertificates.stamps(settings)
        let current = try TLSCertificates.load(settings, reusing: nil)
        self.settings = settings
        self.state = Mutex(State(current: current, stamps: stamps))
    }

    /// What new connections get.
    var current: TLSContexts { self.state.withLock { $0.current } }

    /// The hosts of each certificate, in the order of the settings.
    package var names: [[String]] { self.current.all.map(\.names) }

    /// When the certificates end to be valid, in seconds since 1970.
    package var expiries: [Int] { self.current.all.map { Int($0.identity.chain.first?.notValidAfter ?? 0) } }

    /// Reads the files again if any of them has changed; what cannot be used is logged, and the old certificates stay.
    package func refresh(_ logger: Logger) {
        // Taken before the files are read: a change while they are being read is seen the next time.
        let stamps = TLSCertificates.stamps(self.settings)
        let (before, isUnchanged) = self.state.withLock { state in
            defer { state.stamps = stamps }
            return (state.current, state.stamps == stamps)
        }
        guard !isUnchanged else { return }
        do throws(TLSCertificatesError) {
            let fresh = try TLSCertificates.load(self.settings, reusing: before)
            self.state.withLock { $0.current = fresh }
            logger.info("certificates reloaded", metadata: ["certificate": "\(fresh.first.settings.chain)"])
        } catch {
            logger.error("certificates not reloaded, the old ones stay", metadata: ["error": "\(error)"])
        }
    }

    /// Reads the files; a certificate whose files hold the same as before stays as it is, with its session tickets.
    private static func load(
        _ settings: TLSSettings,
        reusing before: TLSContexts?
    ) throws(TLSCertificatesError) -> TLSContexts {
        var contexts: [TLSContext] = []
        var problems: [TLSCertificatesError.Problem] = []
        for (index, certificate) in settings.certificates.enumerated() {
            do throws(TLSFileError) {
                let identity = try TLSIdentity(certificate)
                if let old = before?.all[index], old.identity == identity {
                    contexts.append(old)
                    continue
                }
                let (version, protocols) = (settings.minimumVersion, settings.protocols)
                contexts.append(try TLSContext(certificate, identity, minimumVersion: version, protocols: protocols))
            } catch {
                problems.append(TLSCertificatesError.Problem(certificate: index, error: error))
            }
        }
        guard problems.isEmpty, let first = contexts.first else { throw TLSCertificatesError(problems: problems) }
        return TLSContexts(first: first, others: Array(contexts.dropFirst()))
    }

    private static func stamps(_ settings: TLSSettings) -> [FileStamp?] {
        settings.certificates.flatMap { certificate in
            let paths = [certificate.chain, certificate.privateKey, certificate.clientAuthentication?.trustRoots]
            return paths.compactMap { $0 }.map { FileStamp($0) }
        }
    }
}

/// Why certificates cannot be used.
package struct TLSCertificatesError: Error, CustomStringConvertible {
    /// What is wrong with one of them.
    package struct Problem: Sendable {
        /// Which one, counted from 0.
        package let certificate: Int
        package let error: TLSFileError
    }

    package let problems: [Problem]

    package var description: String { self.problems.map(\.error.description).joined(separator: "; ") }
}
