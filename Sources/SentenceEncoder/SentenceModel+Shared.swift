import Synchronization

extension SentenceModel {
    /// The model in a directory: the same object for everyone who asks, as long as somebody has it and its files are the same.
    ///
    /// - Parameter path: The directory.
    /// - Throws: ``ModelError`` as `init` does.
    public static func shared(_ path: String) throws(ModelError) -> SentenceModel {
        let state = try ModelDirectory(path).fileStates
        if let known = SharedModels.models.withLock({ $0[path] }), known.files == state, let model = known.model {
            return model
        }
        let model = try SentenceModel(path)
        SharedModels.models.withLock { models in
            models = models.filter { $0.value.model != nil }
            models[path] = SharedModels.Known(files: state, model: model)
        }
        return model
    }
}

private enum SharedModels {
    struct Known: Sendable {
        let files: [ModelDirectory.FileState]
        weak var model: SentenceModel?
    }

    static let models = Mutex<[String: Known]>([:])
}
