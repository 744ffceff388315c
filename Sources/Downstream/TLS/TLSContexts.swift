/// The certificates of a listener at one time, by the hosts that they are for.
struct TLSContexts: Sendable {
    private let contexts: [TLSContext]
    private let names: ServerNames
    /// The one for clients that name no host, or one that no certificate is for.
    let first: TLSContext

    init(first: TLSContext, others: [TLSContext]) {
        self.first = first
        self.contexts = [first] + others
        var names = ServerNames()
        for (index, context) in self.contexts.enumerated() {
            for name in context.names { names.insert(name, certificate: index) }
        }
        self.names = names
    }

    /// Whether there is nothing to choose.
    var isSingle: Bool { self.contexts.count == 1 }

    var all: [TLSContext] { self.contexts }

    /// The certificate of a normalised host; `nil` when none is for it.
    func named(_ host: String) -> TLSContext? {
        self.names.certificate(for: host).map { self.contexts[$0] }
    }
}
