import FilterAPI

/// Where tokens may be in a request.
enum TokenPlace: Sendable, Hashable {
    /// A header field, after a prefix that is compared without case.
    case header(HeaderName, prefix: String)
    /// A query parameter, percent-decoded.
    case parameter(String)
    /// A cookie.
    case cookie(String)
}

/// All places of all consumers, each once.
struct TokenPlaces: Sendable {
    let places: [TokenPlace]
    /// The names of query parameters.
    let parameters: [String]
    private let hasCookies: Bool

    init(_ places: [TokenPlace]) {
        var distinct: [TokenPlace] = []
        for place in places where !distinct.contains(place) { distinct.append(place) }
        self.places = distinct
        self.parameters = distinct.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
        self.hasCookies = distinct.contains { if case .cookie = $0 { true } else { false } }
    }

    /// Calls `body` with each token of a stream's request that is not empty, and the place where it stands.
    func forEachToken(in stream: StreamContext, _ body: (UnsafeRawBufferPointer, Int) -> Void) {
        let headers = stream.request.headers
        for (index, place) in self.places.enumerated() {
            guard case .header(let name, let prefix) = place else { continue }
            headers.forEachValue(of: name) { value in
                if let token = value.after(prefix: prefix), !token.isEmpty { body(token, index) }
            }
        }
        if !self.parameters.isEmpty {
            stream.withPathBytes { self.forEachToken(inTarget: $0, body) }
        }
        if self.hasCookies {
            headers.forEachValue(of: .cookie) { self.forEachToken(inCookies: $0, body) }
        }
    }

    private func forEachToken(inTarget target: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Int) -> Void) {
        QueryParameter.forEach(in: target) { parameter in
            for (index, place) in self.places.enumerated() {
                guard case .parameter(let name) = place, parameter.isNamed(name) else { continue }
                parameter.withValue { if !$0.isEmpty { body($0, index) } }
            }
        }
    }

    private func forEachToken(inCookies field: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Int) -> Void) {
        Cookie.forEach(in: field) { cookie in
            for (index, place) in self.places.enumerated() {
                guard case .cookie(let name) = place, cookie.isNamed(name), !cookie.value.isEmpty else { continue }
                body(cookie.value, index)
            }
        }
    }

    /// Takes what stands at a place out of a request.
    func remove(_ place: Int, from request: inout RequestHead) {
        switch self.places[place] {
        case .header(let name, _): request.headers.remove(name)
        case .parameter(let name): request.removeParameter(name)
        case .cookie(let name): request.removeCookie(name)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// What follows a prefix of ASCII, compared without case, and spaces after it; `nil` without it.
    fileprivate func after(prefix: String) -> UnsafeRawBufferPointer? {
        var prefix = prefix
        return prefix.withUTF8 { wanted in
            guard self.count >= wanted.count else { return nil }
            for index in 0..<wanted.count where self[index].asciiLowercased != wanted[index].asciiLowercased {
                return nil
            }
            var start = wanted.count
            while start < self.count, self[start] == 0x20 { start += 1 }
            return UnsafeRawBufferPointer(rebasing: self[start...])
        }
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension RequestHead {
    /// Takes all query parameters of a name out of the path.
    fileprivate mutating func removeParameter(_ name: String) {
        guard let query = self.query else { return }
        let path = String(self.pathWithoutQuery)
        var kept: [Substring] = []
        for part in query.split(separator: "&", omittingEmptySubsequences: false) {
            var isMeant = false
            var text = String(part)
            text.withUTF8 { bytes in
                QueryParameter.forEach(inQuery: UnsafeRawBufferPointer(bytes)) { isMeant = $0.isNamed(name) }
            }
            if !isMeant { kept.append(part) }
        }
        self.path = kept.isEmpty ? path : "\(path)?\(kept.joined(separator: "&"))"
    }

    /// Takes a cookie out of the fields.
    fileprivate mutating func removeCookie(_ name: String) {
        // By bytes and with the same blanks as cookies are found, so that what was taken for a token does not stay.
        let front = "\(name)="
        let kept = self.headers.values(of: .cookie).flatMap { field in
            field.split(separator: ";").map { $0.drop { $0 == " " || $0 == "\t" } }.filter { pair in
                pair != name && !pair.utf8.starts(with: front.utf8)
            }
        }
        self.headers[.cookie] = kept.isEmpty ? nil : kept.joined(separator: "; ")
    }
}
