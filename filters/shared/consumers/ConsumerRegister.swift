import FilterAPI

/// What the reading of one configuration has seen of its consumers: finds names and credentials that are there twice.
final class ConsumerRegister {
    private var names: Set<String> = []
    private var owners: [Secret: String] = [:]

    /// Declares and reads the name of a consumer.
    func name(_ fields: ConfigurationFields) -> String {
        let name = fields.requiredString("name", help: "Name of the consumer, as upstreams and the access log see it.")
        guard !fields.isDescribing, !name.isEmpty else { return name }
        if !self.names.insert(name).inserted {
            fields.error(at: "name", "found the name of an earlier consumer; expected each name once")
        }
        if holdsControlCharacter(name) {
            fields.error(at: "name", "holds a control character; expected a text that a header field can carry")
        }
        return name
    }

    /// Notes that a consumer has a credential; one that some consumer has already is an error.
    ///
    /// - Parameters:
    ///   - credential: What must be there once.
    ///   - noun: What to call it, such as `key`.
    ///   - name: The consumer.
    ///   - key: The key that holds it.
    ///   - item: Its place in a list.
    ///   - fields: The consumer's mapping.
    func claim(
        _ credential: Secret,
        _ noun: String,
        of name: String,
        at key: String,
        item: Int? = nil,
        _ fields: ConfigurationFields
    ) {
        guard let owner = self.owners[credential] else {
            self.owners[credential] = name
            return
        }
        let whose = owner == name ? "this consumer" : "consumer \(owner.debugDescription)"
        // "A user" is spoken with a consonant.
        let article = "aeio".contains(noun.prefix(1)) ? "an" : "a"
        fields.error(
            at: key,
            item: item,
            "found \(article) \(noun) that \(whose) has already; expected each \(noun) once"
        )
    }
}
