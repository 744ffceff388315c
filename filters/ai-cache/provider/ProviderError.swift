import NIOCore

/// Why a provider gave nothing that can be used.
struct ProviderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    enum Code: String, Sendable, Hashable {
        /// The service answered with a status other than 2xx.
        case status
        /// The service answered that it failed.
        case refused
        /// The answer is not what the service promises to send.
        case badAnswer = "bad_answer"
        /// A vector that nothing can be compared with.
        case badVector = "bad_vector"
        /// The service has no way to do what was asked.
        case unsupported
    }

    /// How much of a service's own words is kept, in bytes.
    static let longestMessage = 512

    let code: Code
    /// One sentence for the log, without secrets.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { "\(self.code.rawValue): \(self.message)" }
}

extension ProviderError {
    /// The service says in its answer that it failed.
    ///
    /// - Parameters:
    ///   - code: The service's code, if it gives one.
    ///   - message: The service's words, which are cut at 512 bytes.
    static func refused(code: String? = nil, _ message: String?) -> ProviderError {
        let words = [code.map { "code \($0)" }, message.map { self.cut(ByteBuffer(string: $0)) }].compactMap { $0 }
        return ProviderError(.refused, words.isEmpty ? "the service reports an error" : words.joined(separator: ": "))
    }

    /// The front of a text of the service, cut between characters.
    static func cut(_ text: ByteBuffer) -> String {
        guard text.readableBytes > self.longestMessage else { return String(buffer: text) }
        let front = text.getSlice(at: text.readerIndex, length: self.longestMessage) ?? ByteBuffer()
        var words = String(buffer: front)
        // A character that was cut in two reads as one that stands for broken bytes.
        while words.unicodeScalars.last == "\u{FFFD}" { words.unicodeScalars.removeLast() }
        return words
    }
}
