import CSentenceEncoder

/// Numbers of a model in single precision: where they stand in the mapped file, or a copy when they have another form there.
final class Tensor: Sendable {
    // Never written to after `init`; what it points into lives as long as this object.
    nonisolated(unsafe) let numbers: UnsafePointer<Float>
    let count: Int
    /// The bytes of the copy; 0 when there is none.
    let allocatedBytes: Int
    private let file: MappedFile?

    init(_ file: MappedFile, _ entry: SafeTensors.Entry) {
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
        let width = entry.type == "F32" ? 4 : 2
        self.count = bytes.count / width
        if width == 4, let start = bytes.baseAddress, UInt(bitPattern: start) % 4 == 0 {
            self.numbers = UnsafePointer(start.assumingMemoryBound(to: Float.self))
            self.allocatedBytes = 0
            self.file = file
            return
        }
        let copy = UnsafeMutablePointer<Float>.allocate(capacity: max(self.count, 1))
        copy.initialize(repeating: 0, count: max(self.count, 1))
        if let start = bytes.baseAddress {
            switch entry.type {
            case "F16": sentence_widen_half(start, copy, self.count)
            case "BF16": sentence_widen_brain(start, copy, self.count)
            default: UnsafeMutableRawPointer(copy).copyMemory(from: start, byteCount: bytes.count)
            }
        }
        self.numbers = UnsafePointer(copy)
        self.allocatedBytes = max(self.count, 1) * 4
        self.file = nil
    }

    deinit {
        if self.file == nil { self.numbers.deallocate() }
    }
}
