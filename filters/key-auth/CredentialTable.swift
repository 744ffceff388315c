import FilterAPI

/// The credentials of all consumers, for one look-up a key.
///
/// The time that a look-up takes says nothing about how much of a key is right: the table is searched by a keyed hash
/// (the standard library's SipHash, whose secret is drawn when the process starts), and what is found by it is compared
/// over its whole length.
struct CredentialTable: Sendable {
    private struct Candidate {
        let key: [UInt8]
        let consumer: Int
        /// Only the token after `Bearer` in an `Authorization` field counts: the credential was given with its scheme.
        let isBearerOnly: Bool
        let places: Set<Int>
    }

    private let candidates: [Int: [Candidate]]

    init(_ consumers: [KeyAuthConfiguration.Consumer], places: KeyPlaces) {
        var candidates: [Int: [Candidate]] = [:]
        func add(_ key: String, _ consumer: Int, isBearerOnly: Bool, _ places: Set<Int>) {
            let key = Array(key.utf8)
            let hash = key.withUnsafeBytes { CredentialTable.hash($0) }
            candidates[hash, default: []].append(
                Candidate(key: key, consumer: consumer, isBearerOnly: isBearerOnly, places: places)
            )
        }
        for (index, consumer) in consumers.enumerated() {
            let places = places.indexes(of: consumer)
            for credential in consumer.credentials.map({ $0.reveal() }) {
                add(credential, index, isBearerOnly: false, places)
                if let token = bearerToken(credential) { add(token, index, isBearerOnly: true, places) }
            }
        }
        self.candidates = candidates
    }

    /// The consumer of a key that stands at a place, by its index.
    func consumer(of key: UnsafeRawBufferPointer, at place: KeyPlaces.Place) -> Int? {
        if place.isAuthorization, let token = bearerToken(key) {
            return self.consumer(of: token, at: place.index, isBearer: true)
        }
        return self.consumer(of: key, at: place.index, isBearer: false)
    }

    private func consumer(of key: UnsafeRawBufferPointer, at place: Int, isBearer: Bool) -> Int? {
        guard !key.isEmpty, let candidates = self.candidates[CredentialTable.hash(key)] else { return nil }
        var found: Int?
        for candidate in candidates where isEqual(candidate.key, key) {
            if candidate.places.contains(place), isBearer || !candidate.isBearerOnly { found = candidate.consumer }
        }
        return found
    }

    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        return hasher.finalize()
    }
}

/// Compares all bytes, whatever the first of them say.
private func isEqual(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
