import FilterAPI

/// The configuration of `basic-auth`.
struct BasicAuthConfiguration: FilterConfiguration {
    /// Who may call.
    struct Consumer {
        let name: String
        let user: String
        let password: Password
    }

    /// What a user's password is compared with.
    enum Password {
        case plain(Secret)
        case hashed(BcryptHash)
    }

    let consumers: [Consumer]
    let realm: String
    let access: ConsumerAccess

    init(_ fields: ConfigurationFields) {
        let isEncrypted = fields.bool(
            "encrypted",
            default: false,
            help: "Whether the passwords stand as bcrypt hashes ($2a$, $2b$, $2y$)."
        )
        let register = ConsumerRegister()
        let consumers = fields.objects("consumers", isRequired: true, named: "name", help: "Who may call.") { fields in
            Consumer.read(fields, register, isEncrypted: isEncrypted)
        }
        self.consumers = consumers.compactMap { $0 }
        self.realm = fields.realm()
        self.access = ConsumerAccess(fields, consumers: self.consumers.map(\.name))
    }
}

extension BasicAuthConfiguration.Consumer {
    /// Reads one consumer; `nil` when its credential is wrong, which is then reported.
    fileprivate static func read(
        _ fields: ConfigurationFields,
        _ register: ConsumerRegister,
        isEncrypted: Bool
    ) -> BasicAuthConfiguration.Consumer? {
        let name = register.name(fields)
        let credential = fields.requiredSecret("credential", help: "Its user and password as USER:PASSWORD.")
        guard !fields.isDescribing, !credential.isEmpty else { return nil }
        let text = credential.reveal()
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else {
            fields.error(at: "credential", "expected a user, a colon and a password")
            return nil
        }
        let user = String(text[..<colon])
        let rest = String(text[text.utf8.index(after: colon)...])
        register.claim(Secret(user), "user", of: name, at: "credential", fields)
        guard isEncrypted else { return .init(name: name, user: user, password: .plain(Secret(rest))) }
        do {
            return .init(name: name, user: user, password: .hashed(try BcryptHash(rest)))
        } catch {
            fields.error(at: "credential", error.expectation)
            return nil
        }
    }
}

extension BcryptError {
    /// What was found and what was expected, without the hash.
    fileprivate var expectation: String {
        switch self {
        case .notBcrypt:
            "the password is no bcrypt hash; with encrypted: true expected USER:$2b$... as \"htpasswd -nB USER\" prints it"
        case .cost(let cost):
            "the bcrypt hash has the cost \(cost); expected \(BcryptHash.costs.lowerBound) to \(BcryptHash.costs.upperBound)"
        }
    }
}
