/// Endpoints on a ring of hashes: a key belongs to the endpoint of the next point.
///
/// An endpoint has ``pointsPerWeight`` points for each unit of its weight, whose places depend on its name alone. So an
/// endpoint that comes or goes moves its own share of the keys, about 1 of n, and no others. Source: Karger and others,
/// "Consistent hashing and random trees"; libketama for the many points of one endpoint.
package struct HashRing: Sendable {
    private struct Point: Sendable {
        let place: UInt64
        let index: Int
    }

    /// How many points a weight of 1 has, while the ring has fewer than ``mostPoints``; then fewer for everybody.
    package static let pointsPerWeight = 160
    /// The most points that a ring is meant to have; each takes 16 bytes.
    package static let mostPoints = 1 << 16

    private let points: [Point]

    /// - Parameter endpoints: Names, which must differ, and weights; at least one, each weight from 1 to 1,000,000.
    package init(_ endpoints: [(name: String, weight: Int)]) {
        let unit = HashRing.divisor(of: endpoints.map(\.weight))
        let total = endpoints.reduce(0) { $0 + $1.weight / unit }
        let most = HashRing.mostPoints
        var points: [Point] = []
        for (index, endpoint) in endpoints.enumerated() {
            let wanted = endpoint.weight / unit * HashRing.pointsPerWeight
            let fits = total * HashRing.pointsPerWeight <= most
            let count = fits ? wanted : max(1, endpoint.weight / unit * most / total)
            let seed = StableHash.hash(endpoint.name.utf8)
            for number in 0..<count {
                let place = StableHash.mixed(seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
                points.append(Point(place: place, index: index))
            }
        }
        self.points = points.sorted { ($0.place, $0.index) < ($1.place, $1.index) }
    }

    /// The index of the endpoint to which a key with this hash belongs.
    package func pick(_ hash: UInt64) -> Int {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].place < hash { low = middle + 1 } else { high = middle }
        }
        return points[low == points.count ? 0 : low].index
    }

    private static func divisor(of weights: [Int]) -> Int {
        weights.reduce(0) { sum, weight in
            var (a, b) = (sum, weight)
            while b != 0 { (a, b) = (b, a % b) }
            return a
        }
    }
}
