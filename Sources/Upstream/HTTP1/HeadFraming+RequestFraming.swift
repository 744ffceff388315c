import HTTP1

extension HeadFraming {
    init(_ framing: RequestFraming) {
        self =
            switch framing {
            case .none: .none
            case .length(let length): .length(length)
            case .chunked: .chunked
            }
    }
}
