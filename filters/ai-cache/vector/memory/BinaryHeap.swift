/// A queue that gives its least element first.
struct BinaryHeap<Element: Comparable> {
    private(set) var elements: ContiguousArray<Element> = []

    var count: Int { self.elements.count }
    var isEmpty: Bool { self.elements.isEmpty }
    /// The least element.
    var first: Element? { self.elements.first }

    init(capacity: Int = 0) { self.elements.reserveCapacity(capacity) }

    mutating func push(_ element: Element) {
        self.elements.append(element)
        var child = self.elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard element < self.elements[parent] else { break }
            self.elements[child] = self.elements[parent]
            child = parent
        }
        self.elements[child] = element
    }

    /// Takes the least element out.
    mutating func pop() -> Element? {
        guard let last = self.elements.popLast() else { return nil }
        guard let least = self.elements.first else { return last }
        self.sink(last)
        return least
    }

    /// Puts an element in the place of the least one.
    mutating func replaceFirst(_ element: Element) {
        guard !self.elements.isEmpty else { return self.push(element) }
        self.sink(element)
    }

    private mutating func sink(_ element: Element) {
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < self.elements.count else { break }
            if child + 1 < self.elements.count, self.elements[child + 1] < self.elements[child] { child += 1 }
            guard self.elements[child] < element else { break }
            self.elements[parent] = self.elements[child]
            parent = child
        }
        self.elements[parent] = element
    }
}
