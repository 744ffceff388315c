import Foundation

// The vectors of a scope, as `vector.type: memory` keeps them, on one thread: built once, searched as often as asked.
//
// Arguments: the file of stored vectors (rows of Float32), the dimensions, and how many neighbours are wanted. Each line of
// standard input, "QUERIES FOUND", names a file of queries and one for the numbers of their neighbours (Int32). Compiled
// together with the sources of the vector memory by Tests/Benchmarks/neighbours. Times are seconds of the processor.

/// The rows of a file of Float32.
func rows(_ path: String, _ dimensions: Int) throws -> [UnitVector] {
    let data = try Data(contentsOf: URL(filePath: path))
    let numbers = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    return stride(from: 0, to: numbers.count, by: dimensions).compactMap {
        UnitVector(Array(numbers[$0..<$0 + dimensions]))
    }
}

/// Prints a line at once, whatever standard output is.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

/// The processor's time that the process has taken, in seconds: other work on the machine does not count.
func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// How long something takes, in seconds of the processor.
func measured(_ body: () -> Void) -> Double {
    let start = processorTime()
    body()
    return processorTime() - start
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let dimensions = Int(arguments[2]), let wanted = Int(arguments[3]) else {
    fatalError("usage: STORED DIMENSIONS COUNT")
}
let stored = try rows(arguments[1], dimensions)
var generator = SystemRandomNumberGenerator()

var scope = ScopeVectors(rowLength: UnitVector.blocks(for: dimensions), limits: ScopeLimits())
var linkings: [Double] = []
for (number, vector) in stored.enumerated() {
    let level = Int(-log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)) / log(16))
    let row = scope.add(vector, .init(entry: number, expiresAt: Int.max, level: level))
    guard scope.wantsLinking else { continue }
    linkings.append(
        measured {
            if let change = scope.planLinking(of: row) { scope.link(change) }
            while let change = scope.planLinking() { scope.link(change) }
        }
    )
}
let built = linkings.reduce(0, +)
linkings.sort()
say("BUILT \(built) \(linkings[linkings.count * 99 / 100])")

while let line = readLine() {
    let files = line.split(separator: " ").map(String.init)
    guard files.count == 2 else { fatalError("expected QUERIES FOUND, not \(line)") }
    var found: [Int32] = []
    var times: [Double] = []
    for query in try rows(files[0], dimensions) {
        times.append(
            measured {
                let nearest = scope.nearest(to: query, count: wanted, at: 0)
                for place in 0..<wanted { found.append(place < nearest.count ? Int32(nearest[place].entry) : -1) }
            }
        )
    }
    try found.withUnsafeBytes { Data($0) }.write(to: URL(filePath: files[1]))
    let whole = times.reduce(0, +)
    times.sort()
    say("FOUND \(whole) \(times[times.count * 99 / 100])")
}
