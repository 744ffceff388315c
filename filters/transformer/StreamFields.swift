import FilterAPI

/// The header fields of a stream's request or response as keys with values.
struct StreamFields: KeyedValues {
    let stream: StreamContext
    let side: TransformSide

    func values(of key: FieldKey) -> [String] {
        switch key {
        case .field(let name): self.headers.values(of: name)
        case .authority: [self.stream.request.authority].filter { !$0.isEmpty }
        case .path: [self.stream.request.path]
        case .method: [self.stream.request.method.rawValue]
        case .scheme: [self.stream.request.scheme.rawValue]
        }
    }

    func contains(_ key: FieldKey) -> Bool {
        if case .field(let name) = key { return self.headers.contains(name) }
        return !self.values(of: key).isEmpty
    }

    mutating func setValues(_ values: [String], of key: FieldKey) {
        switch key {
        case .field(let name):
            guard let first = values.first else { return self.change { $0.remove(name) } }
            self.change { headers in
                headers.set(name, first)
                for value in values.dropFirst() { headers.add(name, value) }
            }
        case .authority:
            // A request always has one.
            if let first = values.first, !first.isEmpty { self.stream.request.authority = first }
        case .path, .method, .scheme: return
        }
    }

    mutating func append(_ value: String, to key: FieldKey) {
        if case .field(let name) = key { self.change { $0.add(name, value) } }
    }

    private var headers: HeaderFields {
        self.side == .request ? self.stream.request.headers : self.stream.response.headers
    }

    private func change(_ body: (inout HeaderFields) -> Void) {
        if self.side == .request { body(&self.stream.request.headers) } else { body(&self.stream.response.headers) }
    }
}
