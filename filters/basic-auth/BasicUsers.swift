import FilterAPI

/// The users of one configuration, for one look-up a request.
struct BasicUsers: Sendable {
    /// What a look at a request's user and password came to.
    enum Finding {
        case nobody
        /// The consumer with that user and password.
        case consumer(Int)
        /// The password has to be checked, which takes long.
        case unchecked(Attempt)
    }

    /// A password and what it has to be checked against.
    struct Attempt: Sendable {
        /// Whose user it is; `nil` for a user that nobody has, whose check takes as long and fails.
        let consumer: Int?
        let hash: BcryptHash
        let password: [UInt8]
        let digest: CredentialDigest
    }

    private struct HashedUser {
        let consumer: Int
        let hash: BcryptHash
    }

    private var plain = SecretTable<Int>()
    private var hashed = SecretTable<HashedUser>()
    /// For users that nobody has; `nil` when passwords stand as they are.
    private let nobodysHash: BcryptHash?
    private let digester = CredentialDigester()

    init(_ consumers: [BasicAuthConfiguration.Consumer]) {
        var cost: Int?
        for (index, consumer) in consumers.enumerated() {
            switch consumer.password {
            case .plain(let password):
                self.plain.add(Array("\(consumer.user):\(password.reveal())".utf8), index)
            case .hashed(let hash):
                self.hashed.add(Array(consumer.user.utf8), HashedUser(consumer: index, hash: hash))
                cost = max(cost ?? 0, hash.cost)
            }
        }
        self.nobodysHash = cost.map { BcryptHash(unmatchedWithCost: $0) }
    }

    /// Looks for user and password as the field `Authorization` has them after its scheme (RFC 7617, section 2).
    func look(at token: UnsafeRawBufferPointer) -> Finding {
        withUnsafeTemporaryAllocation(byteCount: (token.count + 3) / 4 * 3, alignment: 1) { memory in
            guard let count = Base64.decode(token, .standard, into: memory) else { return .nobody }
            return self.look(atPair: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        }
    }

    private func look(atPair pair: UnsafeRawBufferPointer) -> Finding {
        guard let nobodysHash else { return self.plain.value(of: pair).map { .consumer($0) } ?? .nobody }
        guard let colon = pair.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return .nobody }
        let user = self.hashed.value(of: UnsafeRawBufferPointer(rebasing: pair[..<colon]))
        return .unchecked(
            Attempt(
                consumer: user?.consumer,
                hash: user?.hash ?? nobodysHash,
                password: Array(pair[(colon + 1)...]),
                digest: self.digester.digest(pair)
            )
        )
    }
}
