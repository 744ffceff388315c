import NIOCore

/// Takes the values of secret members out of a JSON text, also of one that is cut off or not quite JSON.
///
/// Looks for a string with a colon after it. What follows is a value: up to the closing quote, the closing bracket, or
/// the end of the text.
struct JSONRedaction {
    private let bytes: UnsafeRawBufferPointer
    private let hides: (String) -> Bool
    private var output: [UInt8] = []
    private var index = 0

    /// - Parameters:
    ///   - bytes: The text.
    ///   - hides: Whether the value of a name is secret.
    init(_ bytes: UnsafeRawBufferPointer, hides: @escaping (String) -> Bool) {
        self.bytes = bytes
        self.hides = hides
    }

    /// The text without secret values.
    mutating func redacted() -> [UInt8] {
        self.output.reserveCapacity(self.bytes.count)
        while self.index < self.bytes.count {
            guard self.bytes[self.index] == UInt8(ascii: "\"") else {
                self.copy(to: self.index + 1)
                continue
            }
            let end = self.stringEnd(from: self.index)
            let name = UnsafeRawBufferPointer(rebasing: self.bytes[(self.index + 1)..<max(self.index + 1, end - 1)])
            guard let value = self.valueStart(after: end), self.hides(JSONRedaction.text(name)) else {
                self.copy(to: end)
                continue
            }
            self.copy(to: value)
            self.output += "\"\(Redaction.mark)\"".utf8
            self.index = self.valueEnd(from: value)
        }
        return self.output
    }

    private mutating func copy(to end: Int) {
        self.output += self.bytes[self.index..<end]
        self.index = end
    }

    private static func text(_ name: UnsafeRawBufferPointer) -> String {
        guard name.contains(UInt8(ascii: "\\")) else { return String(decoding: name, as: UTF8.self) }
        return String(buffer: JSONString.decode(ByteBuffer(bytes: name)).text)
    }

    /// The place after a string that begins at a quote.
    private func stringEnd(from start: Int) -> Int {
        var index = start + 1
        while index < self.bytes.count {
            switch self.bytes[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "\""): return index + 1
            default: index += 1
            }
        }
        return self.bytes.count
    }

    /// Where the value begins when a colon follows.
    private func valueStart(after end: Int) -> Int? {
        let colon = self.skipBlanks(from: end)
        guard colon < self.bytes.count, self.bytes[colon] == UInt8(ascii: ":") else { return nil }
        return self.skipBlanks(from: colon + 1)
    }

    private func valueEnd(from start: Int) -> Int {
        var index = start
        var depth = 0
        while index < self.bytes.count {
            switch self.bytes[index] {
            case UInt8(ascii: "\""):
                index = self.stringEnd(from: index)
                if depth == 0 { return index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ",") where depth == 0: return index
            default: break
            }
            index += 1
        }
        return self.bytes.count
    }

    private func skipBlanks(from start: Int) -> Int {
        var index = start
        while index < self.bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(self.bytes[index]) { index += 1 }
        return index
    }
}
