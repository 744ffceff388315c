/// JSON that filters do not read to its end.
enum UnreadJSON: String, CaseIterable, Sendable {
    /// Nested deeper than is read.
    case deep
    /// Of more values than are read.
    case broad

    /// An object with this member in front.
    func text(with member: String) -> String {
        switch self {
        case .deep:
            let (open, close) = (String(repeating: "[", count: 257), String(repeating: "]", count: 257))
            return "{\(member),\"z\":\(open)\(close)}"
        case .broad: return "{\(member),\"z\":[\(String(repeating: "1,", count: 1 << 18))1]}"
        }
    }
}
