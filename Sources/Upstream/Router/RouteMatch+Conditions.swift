import FilterAPI

extension RouteMatch {
    /// The first condition beside host and path that a request does not fulfil, or `nil`.
    ///
    /// Makes no copies of what was received; only regexes take memory.
    func mismatch(of head: RequestHead, query: UnsafeRawBufferPointer) -> RouteMismatch? {
        if !self.methods.isEmpty, !self.methods.contains(head.method) { return .method }
        for condition in self.headers where !condition.holds(for: head.headers) { return .header(condition.name) }
        for condition in self.query where !condition.holds(for: query) { return .query(condition.name) }
        return nil
    }
}

extension HeaderCondition {
    fileprivate func holds(for headers: HeaderFields) -> Bool {
        if case .absent = self.value { return !headers.contains(self.name) }
        if case .present = self.value { return headers.contains(self.name) }
        var index = headers.firstIndex(of: self.name)
        while let found = index {
            if headers.withValueBytes(at: found, { self.value.holds(for: $0) }) { return true }
            index = headers.index(of: self.name, after: found)
        }
        return false
    }
}

extension HeaderFields {
    fileprivate func index(of name: HeaderName, after index: Int) -> Int? {
        var index = index + 1
        while index < self.entries.count {
            let entry = self.entries[index]
            if entry.id == name.id,
                entry.id != 0 || self.withNameBytes(at: index, { $0.equalsLowercased(name.string) })
            {
                return index
            }
            index += 1
        }
        return nil
    }
}

extension QueryCondition {
    fileprivate func holds(for query: UnsafeRawBufferPointer) -> Bool {
        var isPresent = false
        var rest = query
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.count
            let parameter = UnsafeRawBufferPointer(rebasing: rest[..<end])
            rest = UnsafeRawBufferPointer(rebasing: rest[min(end + 1, rest.count)...])
            let nameEnd = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.count
            guard UnsafeRawBufferPointer(rebasing: parameter[..<nameEnd]).equals(self.name) else { continue }
            isPresent = true
            let value = UnsafeRawBufferPointer(rebasing: parameter[min(nameEnd + 1, parameter.count)...])
            if self.value.holds(for: value) { return true }
        }
        return !isPresent && self.value == .absent
    }
}

extension ValueMatch {
    /// Whether it holds for a value that is there.
    fileprivate func holds(for value: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .exact(let text): value.equals(text)
        case .prefix(let text): value.begins(with: text)
        case .regex(let pattern): pattern.matches(value)
        case .present: true
        case .absent: false
        }
    }
}

extension UnsafeRawBufferPointer {
    func equals(_ text: String) -> Bool {
        self.count == text.utf8.count && self.begins(with: text)
    }

    func begins(with text: String) -> Bool {
        var text = text
        return text.withUTF8 { wanted in
            wanted.count <= self.count && self[..<wanted.count].elementsEqual(wanted)
        }
    }
}
