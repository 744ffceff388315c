import NIOCore

/// A lookup of `mode: shadow` that runs while its request is on the way: what comes first of its result, the answer and the
/// stream's end.
///
/// Confined to the stream's event loop.
final class BesideLookup {
    /// What is left to do when the lookup has ended.
    enum Rest {
        /// The answer is still to come, and with it all the rest.
        case nothing
        /// The answer came before: it is compared and stored now.
        case answer(ByteBuffer, CachedAnswer)
        /// There will be no answer.
        case noAnswer
    }

    private enum Progress {
        case underWay(Rest)
        case ended
    }

    /// The question, with its vector once there is one.
    var question: AICacheStream.Question
    /// Whether the stream has ended, so that nothing can be told in its log any more.
    private(set) var isStreamOver = false
    private var progress = Progress.underWay(.nothing)

    init(_ question: AICacheStream.Question) { self.question = question }

    /// Whether the lookup has not ended.
    var isPending: Bool { if case .underWay = self.progress { true } else { false } }

    /// The answer is complete.
    ///
    /// - Parameters:
    ///   - bytes: As it is stored.
    ///   - answer: The same.
    /// - Returns: Whether it is kept until the lookup has ended.
    func received(_ bytes: ByteBuffer, _ answer: CachedAnswer) -> Bool {
        guard self.isPending else { return false }
        self.progress = .underWay(.answer(bytes, answer))
        return true
    }

    /// The stream has ended.
    func streamEnded() {
        self.isStreamOver = true
        if case .underWay(.nothing) = self.progress { self.progress = .underWay(.noAnswer) }
    }

    /// The lookup has ended.
    ///
    /// - Returns: What is left to do.
    func ended() -> Rest {
        guard case .underWay(let rest) = self.progress else { return .nothing }
        self.progress = .ended
        return rest
    }
}
