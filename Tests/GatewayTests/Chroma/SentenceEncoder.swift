import TestSupport

/// A real sentence encoder, all-MiniLM-L6-v2, behind the calls of OpenAI and of Hugging Face; it ends with the last
/// reference to it.
final class SentenceEncoder: Sendable {
    let port: Int
    private let process: ChildProcess

    private init(port: Int, process: ChildProcess) {
        self.port = port
        self.process = process
    }

    /// Starts the encoder and waits until it has read its weights.
    static func start() async throws -> SentenceEncoder {
        let process = try ChildProcess.start(try Tools.python(), [Tools.file("Python/sentence_encoder.py")])
        try await process.wait(within: 300) { $0.output.hasSuffix("\n") }
        guard let port = process.output.split(whereSeparator: { $0.isWhitespace }).last.flatMap({ Int($0) }) else {
            throw Tools.Missing(description: "the encoder named no port: \(process.output)")
        }
        return SentenceEncoder(port: port, process: process)
    }
}
