/// The one of `candidates` that `name` was most likely meant to be, or nil when none is near.
///
/// Spellings that differ only in case, `_`, `-` or spaces are nearest; else the optimal string alignment distance
/// decides, up to a third of the name's length; of very many candidates only the first thousand are measured, so that a
/// large file with many mistakes is still reported at once.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let folded = fold(name)
    guard !folded.isEmpty, folded.count <= 128 else { return nil }
    var best: (name: String, distance: Int)?
    for (index, candidate) in candidates.enumerated() {
        let other = fold(candidate)
        if other == folded { return candidate }
        let limit = min(max(1, max(folded.count, other.count) / 3), (best?.distance ?? Int.max) - 1)
        guard index < 1000, abs(other.count - folded.count) <= limit else { continue }
        let distance = alignmentDistance(folded, other)
        if distance <= limit { best = (candidate, distance) }
    }
    return best?.name
}

private func fold(_ name: String) -> [UInt8] {
    name.lowercased().utf8.filter { !"_- ".utf8.contains($0) }
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other.
private func alignmentDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for i in left.indices {
        var current = [i + 1]
        for j in right.indices {
            let substitution = previous[j] + (left[i] == right[j] ? 0 : 1)
            var cost = min(previous[j + 1] + 1, current[j] + 1, substitution)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                cost = min(cost, beforePrevious[j - 1] + 1)
            }
            current.append(cost)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
}

/// `; did you mean "NAME"?` when something is near, else nothing.
package func hint(for name: String, among candidates: some Sequence<String>) -> String {
    nearestName(to: name, among: candidates).map { "; did you mean \(quoted($0))?" } ?? ""
}
