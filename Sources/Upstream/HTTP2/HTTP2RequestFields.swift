import FilterAPI
import NIOHPACK

/// Makes header sections of a request's fields.
///
/// Source: RFC 9113, sections 8.2 and 8.3.1; for what is indexed RFC 7541, section 7.1.3.
enum HTTP2RequestFields {
    /// The section of a head.
    ///
    /// - Parameters:
    ///   - request: The head; its `Host` becomes `:authority`.
    ///   - framing: What is said of the body's length.
    ///   - usesTLS: Whether the scheme is `https`.
    static func head(_ request: RequestHead, framing: RequestFraming, usesTLS: Bool) -> HPACKHeaders {
        var section = HPACKHeaders()
        section.reserveCapacity(request.headers.count + 5)
        section.add(name: ":method", value: request.method.rawValue)
        section.add(name: ":scheme", value: usesTLS ? "https" : "http")
        let authority = request.authority
        if !authority.isEmpty { section.add(name: ":authority", value: authority) }
        section.add(name: ":path", value: request.path, indexing: .nonIndexable)
        add(request.headers, to: &section)
        if case .length(let length) = framing {
            section.add(name: "content-length", value: String(length), indexing: .nonIndexable)
        }
        return section
    }

    /// The section of trailers.
    static func trailers(_ fields: HeaderFields) -> HPACKHeaders {
        var section = HPACKHeaders()
        add(fields, to: &section)
        return section
    }

    private static func add(_ fields: HeaderFields, to section: inout HPACKHeaders) {
        for index in fields.entries.indices {
            let id = fields.entries[index].id
            let value = fields.value(at: index)
            guard !isLeftOut(id, value) else { continue }
            section.add(name: fields.name(at: index), value: value, indexing: indexing(of: id))
        }
    }

    /// Fields of HTTP/1 connections, and those that the section has in another form.
    private static func isLeftOut(_ id: UInt8, _ value: String) -> Bool {
        switch id {
        case HeaderName.host.id, HeaderName.contentLength.id, HeaderName.expect.id, HeaderName.connection.id,
            HeaderName.keepAlive.id, HeaderName.proxyConnection.id, HeaderName.transferEncoding.id,
            HeaderName.upgrade.id:
            true
        case HeaderName.te.id: value != "trailers"
        default: false
        }
    }

    /// Secrets stay out of the table that requests of all clients share; so does what is never said twice.
    private static func indexing(of id: UInt8) -> HPACKIndexing {
        switch id {
        case HeaderName.authorization.id, HeaderName.cookie.id, HeaderName.proxyAuthorization.id,
            HeaderName.xApiKey.id:
            .neverIndexed
        case HeaderName.xRequestId.id, HeaderName.traceparent.id: .nonIndexable
        default: .indexable
        }
    }
}
