/// Turns texts into vectors by hashing their pieces: no model, no state, the same on every machine.
///
/// Each piece adds its weight to one place of the vector, or takes it away, as its hash says, so that pieces that meet in a
/// place cancel each other as often as they add up.
///
/// Source: Weinberger et al.: "Feature Hashing for Large Scale Multitask Learning" (arXiv 0902.2206).
struct NGramVectors: Sendable, Hashable {
    /// How many numbers a vector has.
    let dimensions: Int

    /// The vector of a text, of length one; `nil` for a text that has neither letters nor digits nor signs.
    func vector(of text: String) -> [Float]? {
        let features = NGramFeatures(FoldedText(text)).combined
        var vector = [Float](repeating: 0, count: self.dimensions)
        for feature in features {
            let place = Int(truncatingIfNeeded: ((feature.hash >> 32) &* UInt64(self.dimensions)) >> 32)
            vector[place] += feature.hash & 1 == 0 ? feature.weight : -feature.weight
        }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0 else { return nil }
        return vector.map { Float(Double($0) / length) }
    }
}
