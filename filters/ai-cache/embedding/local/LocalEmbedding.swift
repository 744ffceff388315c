import FilterAPI
import SentenceEncoder

/// Vectors that tell what texts mean, from a model in this process: `embedding.type: local`.
struct LocalEmbedding: EmbeddingProvider {
    static let type = "local"

    static func read(_ fields: ConfigurationFields) -> EmbedderOpener? {
        let path = fields.requiredString(
            "path",
            help: "The directory of the model: config.json, tokenizer.json or vocab.txt, model.safetensors."
        )
        let dimensions = fields.integer(
            "dimensions",
            in: 1...65536,
            help: "How many numbers a vector has; a model with others is refused."
        )
        let longer = fields.choice(
            "longer",
            default: LocalEncoder.Longer.miss,
            help: "What becomes of a question with more tokens than the model sees: a miss, or the vector of its front."
        )
        let prompt = fields.string("prompt", default: "", help: "What is put before every question, such as `query: `.")
        let settings = Self.settings(fields)
        guard !fields.isDescribing, !path.isEmpty, let model = Self.model(path, dimensions, fields) else { return nil }
        return { environment in
            .waiting(try LocalEncoder(model, settings, prompt: prompt, longer: longer, environment))
        }
    }

    private static func settings(_ fields: ConfigurationFields) -> EncodingThreads.Settings {
        EncodingThreads.Settings(
            threads: fields.integer("threads", in: 1...256, default: 1, help: "How many threads compute vectors."),
            queue: fields.integer(
                "queue",
                in: 1...100_000,
                default: 64,
                help: "How many questions may wait for their vectors; one more is a miss."
            ),
            patience: fields.duration(
                "timeout",
                bareUnit: .milliseconds,
                in: .milliseconds(1)...(.seconds(600)),
                default: .seconds(1),
                help: "How long a vector may take, waiting and computing; longer is a miss."
            )
        )
    }

    /// The model in a directory; what is wrong with it is reported where the directory is named.
    private static func model(_ path: String, _ dimensions: Int?, _ fields: ConfigurationFields) -> SentenceModel? {
        do throws(ModelError) {
            let model = try SentenceModel.shared(path)
            if let dimensions, dimensions != model.dimensions {
                fields.error(
                    at: "dimensions",
                    "found \(dimensions); expected \(model.dimensions), which the vectors of \(path) have"
                )
            }
            return model
        } catch {
            fields.error(at: "path", "the model cannot be used: \(error)")
            return nil
        }
    }
}
