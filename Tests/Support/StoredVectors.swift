import Synchronization

/// The collection of a vector store's double: keeps vectors and computes the real metric.
package final class StoredVectors: Sendable {
    /// How nearness is computed.
    package enum Metric: Sendable {
        /// The cosine of the angle: 1 for the same direction.
        case cosine
        /// 1 minus the cosine: 0 for the same direction.
        case cosineDistance
        case dot
        case euclid
        /// The square of the Euclidean distance.
        case squaredEuclid
    }

    /// A stored vector with the text of its fields.
    package struct Point: Sendable {
        package var id: String
        package var vector: [Double]
        /// The fields beside the vector, as a JSON object.
        package var fields: String

        package init(id: String, vector: [Double], fields: String) {
            self.id = id
            self.vector = vector
            self.fields = fields
        }
    }

    package let metric: Metric
    /// How many numbers a vector of the collection has.
    package let dimensions: Int
    private let points = Mutex<[Point]>([])
    private let storedCount = Mutex(0)

    package init(_ metric: Metric, dimensions: Int) {
        self.metric = metric
        self.dimensions = dimensions
    }

    /// What is stored, oldest first.
    package var all: [Point] { self.points.withLock { $0 } }

    /// Stores a point in place of one with the same id.
    package func store(_ point: Point) {
        self.storedCount.withLock { $0 += 1 }
        self.points.withLock { points in
            points.removeAll { $0.id == point.id }
            points.append(point)
        }
    }

    /// How many points were ever stored.
    package var countOfStored: Int { self.storedCount.withLock { $0 } }

    /// Takes points out; their ids.
    package func remove(where isMeant: (Point) -> Bool) -> [String] {
        self.points.withLock { points in
            let gone = points.filter(isMeant).map(\.id)
            points.removeAll { gone.contains($0.id) }
            return gone
        }
    }

    /// The nearest points, nearest first.
    package func nearest(to vector: [Double], _ count: Int) -> [(point: Point, score: Double)] {
        let scored = self.all.map { (point: $0, score: self.score(vector, $0.vector)) }
        let sorted = scored.sorted { self.isSimilarity ? $0.score > $1.score : $0.score < $1.score }
        return Array(sorted.prefix(count))
    }

    private var isSimilarity: Bool {
        switch self.metric {
        case .cosine, .dot: true
        case .cosineDistance, .euclid, .squaredEuclid: false
        }
    }

    private func score(_ left: [Double], _ right: [Double]) -> Double {
        let dot = StoredVectors.dot(left, right)
        let squared = StoredVectors.dot(left, left) + StoredVectors.dot(right, right) - 2 * dot
        let cosine = dot / (StoredVectors.dot(left, left) * StoredVectors.dot(right, right)).squareRoot()
        switch self.metric {
        case .cosine: return cosine
        case .cosineDistance: return 1 - cosine
        case .dot: return dot
        case .euclid: return max(0, squared).squareRoot()
        case .squaredEuclid: return max(0, squared)
        }
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
