/// The state of descending through one JSON text along dots.
struct Search {
    let json: Bytes
    var value = Node.missing
    /// Path to evaluate on the value.
    var pipe: Bytes?
    /// Whether the text ended before the object or array that was searched.
    var ranOff = false

    init(json: Bytes) {
        self.json = json
    }

    var outcome: Evaluation.Outcome {
        guard let pipe else { return .value(value) }
        return .pipe(value.raw, path: pipe)
    }
}

/// Where a search stands after an object or array.
struct SearchEnd {
    var index: Int
    /// Whether the value was found, so that the search is over.
    var isHit: Bool
}
