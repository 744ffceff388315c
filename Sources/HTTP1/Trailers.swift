package import FilterAPI

extension HeaderFields {
    /// Fields that must not come after the body, since somebody has acted on the head before them: framing, routing,
    /// conditions, authentication, response control, and how the body is to be read (RFC 9110, section 6.5.1).
    private static let forbiddenTrailers = HeaderNameSet([
        .transferEncoding, .contentLength, .host, .connection, .keepAlive, .proxyConnection, .upgrade, .te, .trailer,
        .authorization, .proxyAuthorization, .proxyAuthenticate, .wwwAuthenticate, .cookie, .setCookie, .xApiKey,
        .cacheControl, .expect, .maxForwards, .pragma, .range, .ifMatch, .ifNoneMatch, .ifModifiedSince,
        .ifUnmodifiedSince, .ifRange, .age, .date, .expires, .location, .retryAfter, .vary, .contentEncoding,
        .contentType, .contentRange, .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto, .xMseConsumer,
        .xRequestId, .origin, .strictTransportSecurity, .accessControlAllowOrigin, .accessControlAllowCredentials,
        .accessControlAllowHeaders, .accessControlAllowMethods, .accessControlExposeHeaders, .accessControlMaxAge,
        .traceparent, .tracestate,
    ])

    /// Drops the trailers that are not allowed, and those whose name has an underscore.
    package mutating func removeForbiddenTrailers() {
        self.retainEntries { fields, index in
            let id = fields.entries[index].id
            return !HeaderFields.forbiddenTrailers.contains(id) && (id != 0 || !fields.hasUnderscore(at: index))
        }
    }
}
