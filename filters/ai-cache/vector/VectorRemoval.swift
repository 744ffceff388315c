/// Which entries of a vector store are to be forgotten.
enum VectorRemoval: Sendable, Hashable {
    /// The one that was stored under a key.
    case key(CacheKeyID)
    /// Those of a scope, by its digest.
    case scope(String)

    /// The field of a record that tells whether it is meant.
    var field: String {
        switch self {
        case .key: EntryField.key
        case .scope: EntryField.scope
        }
    }

    /// What that field then holds: hexadecimal digits, so that it can stand in any filter as it is.
    var value: String {
        switch self {
        case .key(let key): key.description
        case .scope(let digest): digest
        }
    }
}

/// What comes after an answer to a request of a removal.
enum RemovalStep: Sendable {
    /// All are gone: how many this request took out; `nil` when the service does not tell.
    case done(count: Int?)
    /// So many are gone, and more may be left: the removal begins anew.
    case again(count: Int)
    /// This request is next, with whose answer it goes on.
    case next(ProviderRequest)
}
