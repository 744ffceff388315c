import Testing

@testable import BundledFilters

/// Vectors around a number of centres, as questions are around topics.
struct SeededVectors {
    let dimensions: Int
    private let centres: [[Float]]
    private let spread: Float
    private var generator: SeededGenerator

    init(seed: UInt64, dimensions: Int = 16, centres: Int = 12, spread: Float = 0.5) {
        var generator = SeededGenerator(seed: seed)
        self.dimensions = dimensions
        self.spread = spread
        self.centres = (0..<centres).map { _ in
            (0..<dimensions).map { _ in Float.random(in: -1...1, using: &generator) }
        }
        self.generator = generator
    }

    mutating func next() -> [Float] {
        let centre = self.centres[Int.random(in: 0..<self.centres.count, using: &self.generator)]
        return centre.map { $0 + Float.random(in: -self.spread...self.spread, using: &self.generator) }
    }
}

@Suite("ai-cache: graph of neighbours")
struct AICacheGraphTests {
    private let limits = ScopeLimits(
        exactCount: 40,
        graph: GraphSettings(links: 6, buildWidth: 32, searchWidth: 24)
    )

    private func expectSound(_ vectors: ScopeVectors, alive: Set<Int>) {
        let graph = vectors.links
        #expect(graph.count == vectors.linkedCount && (graph.entry == nil) == (graph.count == 0))
        var lonely = 0
        for node in graph.levels.indices where graph.contains(node) {
            #expect(alive.contains(node))
            #expect(Int(graph.levels[node]) <= graph.top)
            for level in 0...Int(graph.levels[node]) {
                let outgoing = graph.outgoing(node, level)
                #expect(outgoing.count <= self.limits.graph.limit(onLevel: level))
                #expect(Set(outgoing).count == outgoing.count && !outgoing.contains(UInt32(node)))
                for target in outgoing {
                    #expect(graph.contains(Int(target)) && Int(graph.levels[Int(target)]) >= level)
                    #expect(graph.incoming(Int(target), level).contains(UInt32(node)))
                }
                for source in graph.incoming(node, level) {
                    #expect(graph.contains(Int(source)) && graph.outgoing(Int(source), level).contains(UInt32(node)))
                }
            }
            if graph.incoming(node, 0).isEmpty { lonely += 1 }
        }
        #expect(lonely <= max(1, graph.count / 50), "\(lonely) of \(graph.count) cannot be reached")
    }

    private func exact(_ vector: UnitVector, _ all: [Int: UnitVector], _ count: Int) -> Set<Int> {
        let numbers = vector.numbers
        let similarities = all.map { (row: $0.key, similarity: cosine($0.value.numbers, numbers)) }
        return Set(similarities.sorted { $0.similarity > $1.similarity }.prefix(count).map(\.row))
    }

    @Test("links stay sound and neighbours are found through insertion and removal", arguments: [1, 2, 3])
    func soundness(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var source = SeededVectors(seed: seed)
        var vectors = ScopeVectors(rowLength: 1, limits: self.limits)
        var all: [Int: UnitVector] = [:]
        for step in 0..<700 {
            if step > 350, Bool.random(using: &generator), let row = all.keys.sorted().randomElement(using: &generator)
            {
                vectors.remove(vectors.planRemoval(of: row))
                all[row] = nil
            } else {
                let vector = try #require(UnitVector(source.next()))
                let level = [0, 0, 0, 0, 1, 2].randomElement(using: &generator) ?? 0
                let row = vectors.add(vector, .init(entry: step, expiresAt: Int.max, level: level))
                #expect(all[row] == nil)
                all[row] = vector
            }
            for _ in 0..<3 { if let change = vectors.planLinking() { vectors.link(change) } }
            #expect(vectors.count == all.count)
            if step % 100 == 99 { self.expectSound(vectors, alive: Set(all.keys)) }
        }
        #expect(vectors.linkedCount == vectors.count && vectors.count > 200)
        var found = 0
        for _ in 0..<20 {
            let vector = try #require(UnitVector(source.next()))
            let rows = vectors.nearest(to: vector, count: 5, at: 0).map(\.similarity)
            let expected = self.exact(vector, all, 5).compactMap { all[$0] }.map { cosine($0.numbers, vector.numbers) }
            found += rows.count { row in expected.contains { abs($0 - row) < 1e-5 } }
        }
        #expect(found >= 95, "\(found) of 100")
    }

    @Test("removing everything leaves nothing, in any order", arguments: [4, 5])
    func emptied(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var source = SeededVectors(seed: seed)
        var vectors = ScopeVectors(rowLength: 1, limits: self.limits)
        for number in 0..<150 {
            let vector = try #require(UnitVector(source.next()))
            _ = vectors.add(vector, .init(entry: number, expiresAt: Int.max, level: number % 3))
            for _ in 0..<3 { if let change = vectors.planLinking() { vectors.link(change) } }
        }
        var left = Set(0..<150)
        for row in (0..<150).shuffled(using: &generator) {
            vectors.remove(vectors.planRemoval(of: row))
            left.remove(row)
            if left.count % 30 == 0 { self.expectSound(vectors, alive: left) }
        }
        #expect(vectors.count == 0 && vectors.linkedCount == 0 && vectors.links.entry == nil)
        let vector = try #require(UnitVector(source.next()))
        #expect(vectors.nearest(to: vector, count: 3, at: 0).isEmpty)
    }

    @Test("many equal vectors do not hide others")
    func duplicates() throws {
        var vectors = ScopeVectors(rowLength: 1, limits: self.limits)
        let same = try #require(UnitVector([1, 0, 0]))
        let other = try #require(UnitVector([0, 1, 0]))
        for number in 0..<120 {
            _ = vectors.add(number == 60 ? other : same, .init(entry: number, expiresAt: Int.max, level: 0))
            for _ in 0..<3 { if let change = vectors.planLinking() { vectors.link(change) } }
        }
        #expect(vectors.linkedCount == 120)
        #expect(vectors.nearest(to: other, count: 1, at: 0).map(\.entry) == [60])
    }

    @Test("what is nothing but noise is found by a second look, for lack of something near")
    func secondLook() throws {
        var source = SeededVectors(seed: 9, dimensions: 64, centres: 1, spread: 4)
        let settings = GraphSettings(links: 4, buildWidth: 12, searchWidth: 4)
        var vectors = ScopeVectors(rowLength: 4, limits: ScopeLimits(exactCount: 40, graph: settings))
        var all: [[Float]] = []
        for number in 0..<1500 {
            all.append(source.next())
            _ = vectors.add(
                try #require(UnitVector(all[number])),
                .init(entry: number, expiresAt: Int.max, level: number % 16 == 0 ? 1 : 0)
            )
            while let change = vectors.planLinking() { vectors.link(change) }
        }
        var found = (once: 0, twice: 0)
        for number in stride(from: 0, to: 1500, by: 15) {
            let near = try #require(UnitVector(all[number].map { $0 * 1.01 + 0.05 }))
            let once = vectors.nearest(to: near, count: 1, at: 0).first
            let twice = vectors.nearest(to: near, count: 1, at: 0, enough: 0.9).first
            if once?.entry == number { found.once += 1 }
            if twice?.entry == number { found.twice += 1 }
            // What was near enough at once is not looked for again.
            if let once, once.similarity >= 0.9 { #expect(twice?.entry == once.entry) }
        }
        #expect(found.once < 90 && found.twice > found.once + 5, "\(found) of 100")
    }

    @Test("few vectors are looked through exactly, whatever the graph has")
    func exactScan() throws {
        var source = SeededVectors(seed: 6, dimensions: 40)
        var vectors = ScopeVectors(rowLength: 3, limits: ScopeLimits())
        var all: [Int: UnitVector] = [:]
        for number in 0..<300 {
            let vector = try #require(UnitVector(source.next()))
            all[vectors.add(vector, .init(entry: number, expiresAt: Int.max, level: 0))] = vector
        }
        #expect(vectors.planLinking()?.node == nil)
        for _ in 0..<5 {
            let vector = try #require(UnitVector(source.next()))
            #expect(Set(vectors.nearest(to: vector, count: 10, at: 0).map(\.entry)) == self.exact(vector, all, 10))
        }
    }

    @Test("a heap gives its elements in order", arguments: 0..<5)
    func heap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let numbers = (0..<200).map { _ in Int.random(in: 0..<100, using: &generator) }
        var heap = BinaryHeap<Int>()
        for number in numbers { heap.push(number) }
        heap.replaceFirst(1000)
        var sorted: [Int] = []
        while let next = heap.pop() { sorted.append(next) }
        #expect(sorted == Array((numbers + [1000]).sorted().dropFirst()))
    }

    @Test(
        "a vector without direction is none",
        arguments: [[], [0, 0], [Float.nan, 1], [Float.infinity], [-Float.infinity, 2]]
    )
    func noDirection(numbers: [Float]) {
        #expect(UnitVector(numbers) == nil)
    }

    @Test("large and small vectors come to length one", arguments: [1e-30, 1, 1e37] as [Float])
    func scaling(factor: Float) throws {
        let vector = try #require(UnitVector((1...20).map { Float($0) * factor / 20 }))
        #expect(vector.numbers.count == 20 && abs(vector.numbers.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
}
