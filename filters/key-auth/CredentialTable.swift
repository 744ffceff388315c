import FilterAPI

/// The keys of all consumers with the places where each counts.
struct CredentialTable: Sendable {
    private struct Holder {
        let consumer: Int
        /// Only the token after `Bearer` in an `Authorization` field counts: the credential was given with its scheme.
        let isBearerOnly: Bool
        let places: Set<Int>
    }

    private var holders = SecretTable<Holder>()

    init(_ consumers: [KeyAuthConfiguration.Consumer], places: KeyPlaces) {
        for (index, consumer) in consumers.enumerated() {
            let places = places.indexes(of: consumer)
            for credential in consumer.credentials.map({ $0.reveal() }) {
                self.holders.add(
                    Array(credential.utf8),
                    Holder(consumer: index, isBearerOnly: false, places: places)
                )
                guard let token = bearerToken(credential) else { continue }
                self.holders.add(Array(token.utf8), Holder(consumer: index, isBearerOnly: true, places: places))
            }
        }
    }

    /// The consumer of a key that stands at a place, by its index.
    func consumer(of key: UnsafeRawBufferPointer, at place: KeyPlaces.Place) -> Int? {
        if place.isAuthorization, let token = bearerToken(key) {
            return self.consumer(of: token, at: place.index, isBearer: true)
        }
        return self.consumer(of: key, at: place.index, isBearer: false)
    }

    private func consumer(of key: UnsafeRawBufferPointer, at place: Int, isBearer: Bool) -> Int? {
        guard !key.isEmpty else { return nil }
        var found: Int?
        self.holders.forEachValue(of: key) { holder in
            if holder.places.contains(place), isBearer || !holder.isBearerOnly { found = holder.consumer }
        }
        return found
    }
}
