package import FilterAPI

/// Whose fields are sanitised.
package enum MessageDirection: Sendable, Hashable {
    /// From the client.
    case request
    /// From the upstream.
    case response
}

extension HeaderFields {
    /// Fields that speak of one connection only (RFC 9110, section 7.6.1), `te` among them.
    private static let hopByHop = HeaderNameSet([
        .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .upgrade,
    ])

    /// Removes what must not travel further: hop-by-hop fields and those that `Connection` nominates; of requests
    /// also `Expect`, which the codec answers itself, and names with an underscore, which CGI-like servers read as
    /// another field.
    ///
    /// `te: trailers` stays, alone of all values: it asks for nothing that the codec does not do, and gRPC servers
    /// insist on it. It stays even though a client must nominate it.
    ///
    /// Call it once on a received head, before anything is added.
    package mutating func removeHopByHopFields(of direction: MessageDirection) {
        var needsRemoval = false
        var nominated = NominatedFields()
        for index in self.entries.indices {
            let id = self.entries[index].id
            if id == HeaderName.connection.id {
                self.withValueBytes(at: index) { nominated.insert($0) }
                needsRemoval = true
            } else if self.isRemoved(index, id, direction) {
                needsRemoval = true
            }
        }
        guard needsRemoval else { return }
        self.retainEntries { fields, index in
            let id = fields.entries[index].id
            if fields.isRemoved(index, id, direction) { return false }
            guard !nominated.isEmpty, id != HeaderName.te.id else { return true }
            return !nominated.contains(id, fields, index)
        }
    }

    private func isRemoved(_ index: Int, _ id: UInt8, _ direction: MessageDirection) -> Bool {
        if id == 0 { return direction == .request && self.hasUnderscore(at: index) }
        if HeaderFields.hopByHop.contains(id) {
            return id != HeaderName.te.id || !self.withValueBytes(at: index) { $0.isText("trailers") }
        }
        return direction == .request && id == HeaderName.expect.id
    }

    func hasUnderscore(at index: Int) -> Bool {
        self.withNameBytes(at: index) { $0.contains(UInt8(ascii: "_")) }
    }

    /// Keeps the entries for which `condition` answers true, in their order, without a copy of the table.
    mutating func retainEntries(where condition: (HeaderFields, Int) -> Bool) {
        var kept = 0
        for index in self.entries.indices where condition(self, index) {
            if kept != index { self.entries.swapAt(kept, index) }
            kept += 1
        }
        self.entries.removeSubrange(kept...)
    }
}

/// The fields that `Connection` nominates beside those that are removed anyhow; the parser bounds their number.
private struct NominatedFields {
    private var known = HeaderNameSet()
    private var others: [String] = []
    private var hasKnown = false

    var isEmpty: Bool { !self.hasKnown && self.others.isEmpty }

    mutating func insert(_ value: UnsafeRawBufferPointer) {
        var tokens = ConnectionTokens(value)
        while let token = tokens.next() {
            if token.isText("close") || token.isText("keep-alive") { continue }
            let id = HeaderNameTable.shared.id(of: token)
            if id == 0 {
                self.others.append(String(decoding: token, as: UTF8.self).lowercased())
            } else {
                self.known.insert(id)
                self.hasKnown = true
            }
        }
    }

    func contains(_ id: UInt8, _ fields: HeaderFields, _ index: Int) -> Bool {
        if id != 0 { return self.known.contains(id) }
        return self.others.contains { name in fields.withNameBytes(at: index) { $0.equalsLowercased(name) } }
    }
}
