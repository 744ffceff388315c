import FilterAPI
import NIOHPACK

/// Makes header sections of a response's fields.
///
/// Source: RFC 9113, sections 8.2 and 8.3.2.
enum HTTP2ResponseFields {
    /// The section of a head, final or informational.
    static func head(_ head: ResponseHead) -> HPACKHeaders {
        var section = HPACKHeaders()
        section.reserveCapacity(head.headers.count + 1)
        section.add(name: ":status", value: String(head.status))
        HTTP2ResponseFields.add(head.headers, to: &section)
        return section
    }

    /// The section of trailers.
    static func trailers(_ fields: HeaderFields) -> HPACKHeaders {
        var section = HPACKHeaders()
        HTTP2ResponseFields.add(fields, to: &section)
        return section
    }

    private static func add(_ fields: HeaderFields, to section: inout HPACKHeaders) {
        for index in fields.entries.indices {
            let id = fields.entries[index].id
            guard !HTTP2ResponseFields.isConnectionSpecific(id) else { continue }
            section.add(name: fields.name(at: index), value: fields.value(at: index), indexing: .indexable)
        }
    }

    private static func isConnectionSpecific(_ id: UInt8) -> Bool {
        switch id {
        case HeaderName.connection.id, HeaderName.keepAlive.id, HeaderName.proxyConnection.id,
            HeaderName.transferEncoding.id, HeaderName.upgrade.id, HeaderName.te.id:
            true
        default: false
        }
    }
}
