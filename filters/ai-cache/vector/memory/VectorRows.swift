/// Vectors of one length in rows, in memory that grows without moving what is there.
///
/// Not safe for changes beside reads; whoever owns it sees to that.
final class VectorRows {
    typealias Block = UnitVector.Block

    /// Rows in a page; the first page grows to that by doubling, so that few rows take little.
    private static let rowsPerPage = 256

    /// Blocks in a row.
    let rowLength: Int
    private var pages: UnsafeMutablePointer<UnsafeMutablePointer<Block>>
    private var pageCapacity = 4
    private var pageCount = 0
    /// How many rows there is room for.
    private(set) var capacity = 0

    /// - Parameter rowLength: Blocks in a row, at least one.
    init(rowLength: Int) {
        self.rowLength = rowLength
        self.pages = .allocate(capacity: self.pageCapacity)
    }

    deinit {
        for page in 0..<self.pageCount { self.pages[page].deallocate() }
        self.pages.deallocate()
    }

    /// How the rows are read; valid until rows are added.
    var view: View { View(pages: UnsafePointer(self.pages), rowLength: self.rowLength) }

    /// Writes a row, and makes room for it.
    func write(_ vector: UnitVector, at row: Int) {
        precondition(vector.blocks.count == self.rowLength, "a row of \(vector.blocks.count) blocks")
        while row >= self.capacity { self.grow() }
        let start = self.pages[row / Self.rowsPerPage] + row % Self.rowsPerPage * self.rowLength
        for block in 0..<self.rowLength { start[block] = vector.blocks[block] }
    }

    /// The memory that the rows take, in bytes.
    var bytes: Int { self.capacity * self.rowLength * MemoryLayout<Block>.stride }

    private func grow() {
        if self.pageCount == 0 {
            self.appendPage(rows: 8)
        } else if self.capacity < Self.rowsPerPage {
            let larger = UnsafeMutablePointer<Block>.allocate(capacity: self.capacity * 2 * self.rowLength)
            larger.initialize(repeating: Block(), count: self.capacity * 2 * self.rowLength)
            larger.update(from: self.pages[0], count: self.capacity * self.rowLength)
            self.pages[0].deallocate()
            self.pages[0] = larger
            self.capacity *= 2
        } else {
            self.appendPage(rows: Self.rowsPerPage)
        }
    }

    private func appendPage(rows: Int) {
        if self.pageCount == self.pageCapacity {
            let larger = UnsafeMutablePointer<UnsafeMutablePointer<Block>>.allocate(capacity: self.pageCapacity * 2)
            larger.moveInitialize(from: self.pages, count: self.pageCount)
            self.pages.deallocate()
            self.pages = larger
            self.pageCapacity *= 2
        }
        let page = UnsafeMutablePointer<Block>.allocate(capacity: rows * self.rowLength)
        page.initialize(repeating: Block(), count: rows * self.rowLength)
        (self.pages + self.pageCount).initialize(to: page)
        self.pageCount += 1
        self.capacity += rows
    }
}

extension VectorRows {
    /// Reads rows without checks.
    struct View {
        fileprivate let pages: UnsafePointer<UnsafeMutablePointer<Block>>
        let rowLength: Int

        @inline(__always)
        subscript(row: Int) -> UnsafePointer<Block> {
            UnsafePointer(
                self.pages[row / VectorRows.rowsPerPage] + row % VectorRows.rowsPerPage * self.rowLength
            )
        }

        /// How far two rows are apart: 0 for the same direction, 2 for the opposite one.
        @inline(__always)
        func distance(_ first: Int, _ second: Int) -> Float { self.distance(self[first], second) }

        /// How far a vector and a row are apart.
        @inline(__always)
        func distance(_ vector: UnsafePointer<Block>, _ row: Int) -> Float {
            max(0, 1 - UnitVector.dot(vector, self[row], self.rowLength))
        }

        /// How far a vector and each of some rows are apart, in their order.
        ///
        /// Four rows at a time, so that the processor fetches them side by side: what a search takes is mostly waiting for
        /// memory.
        @inline(__always)
        func distances(
            _ vector: UnsafePointer<Block>,
            _ rows: UnsafeBufferPointer<UInt32>,
            into distances: UnsafeMutablePointer<Float>
        ) {
            var place = 0
            while place + 3 < rows.count {
                let dots = UnitVector.dots(
                    vector,
                    (
                        self[Int(rows[place])], self[Int(rows[place + 1])], self[Int(rows[place + 2])],
                        self[Int(rows[place + 3])]
                    ),
                    self.rowLength
                )
                for lane in 0..<4 { distances[place + lane] = max(0, 1 - dots[lane]) }
                place += 4
            }
            while place < rows.count {
                distances[place] = self.distance(vector, Int(rows[place]))
                place += 1
            }
        }
    }
}
