import FilterAPI

/// Where in a request keys may be: header fields and query parameters by their names.
struct KeyPlaces: Sendable {
    /// One name; a consumer's key counts only at the consumer's own places.
    struct Place: Sendable {
        let index: Int
        let name: String
        let header: HeaderName
        let isAuthorization: Bool
    }

    /// All places of all consumers, without repetition.
    let places: [Place]
    /// The names of query parameters; empty when the query is not looked at.
    let parameters: [String]
    /// The header fields of the operator's choice, which nobody else takes for secret.
    let ownFields: [HeaderName]
    private let inHeader: Bool
    private let common: [String]

    init(_ configuration: KeyAuthConfiguration) {
        let usesCommon = configuration.consumers.contains { $0.keys == nil }
        var names: [String] = []
        for name in (usesCommon ? configuration.keys : []) + configuration.consumers.flatMap({ $0.keys ?? [] })
        where !names.contains(name) {
            names.append(name)
        }
        self.places = names.enumerated().map { index, name in
            let header = HeaderName(name)
            return Place(index: index, name: name, header: header, isAuthorization: header == .authorization)
        }
        self.parameters = configuration.inQuery ? names : []
        self.ownFields = configuration.inHeader ? SecretHeaderFields.others(of: self.places.map(\.header)) : []
        self.inHeader = configuration.inHeader
        self.common = configuration.keys
    }

    /// The indexes of the places where a consumer's key may be.
    func indexes(of consumer: KeyAuthConfiguration.Consumer) -> Set<Int> {
        let names = (consumer.keys ?? self.common).map { HeaderName($0) }
        return Set(self.places.filter { names.contains($0.header) }.map(\.index))
    }

    /// Calls `body` with each key of a stream's request, an empty one too, and the place where it stands.
    @inline(__always)
    func forEachKey(in stream: StreamContext, _ body: (UnsafeRawBufferPointer, Place) -> Void) {
        if self.inHeader {
            let headers = stream.request.headers
            for place in self.places {
                headers.forEachValue(of: place.header) { body($0, place) }
            }
        }
        if !self.parameters.isEmpty {
            stream.withPathBytes { path in
                QueryParameter.forEach(in: path) { parameter in
                    for place in self.places where parameter.isNamed(place.name) {
                        parameter.withValue { body($0, place) }
                    }
                }
            }
        }
    }
}
