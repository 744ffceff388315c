#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lines of the program's log in one buffer; the text of a second is made once.
struct LogLines: Sendable {
    private var bytes: [UInt8] = []
    private var second = Int.min
    private var timestamp: [UInt8] = []

    /// In bytes.
    var count: Int { self.bytes.count }

    mutating func append(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: Substring) {
        self.bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ byte: UInt8) {
        self.bytes.append(byte)
    }

    /// The local time, as in `2026-01-31T23:59:59+0000`.
    mutating func appendTime() {
        let now = time(nil)
        if Int(now) != self.second { self.setSecond(now) }
        self.bytes.append(contentsOf: self.timestamp)
    }

    /// The line that stands for lines that found no room.
    mutating func appendLoss(of count: Int) {
        self.appendTime()
        self.append(" warning sluice: [GatewayCommands] \(count) lines were lost: nobody took them in time\n")
    }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        self.bytes.withUnsafeBytes(body)
    }

    mutating func clear() {
        self.bytes.removeAll(keepingCapacity: true)
    }

    private mutating func setSecond(_ now: time_t) {
        var (now, parts) = (now, tm())
        let size = 32
        guard localtime_r(&now, &parts) != nil else { return }
        self.timestamp = Array(unsafeUninitializedCapacity: size) { buffer, count in
            count = strftime(buffer.baseAddress, size, "%Y-%m-%dT%H:%M:%S%z", &parts)
        }
        self.second = Int(now)
    }
}
