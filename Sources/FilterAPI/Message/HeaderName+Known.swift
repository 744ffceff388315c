extension HeaderName {
    /// The interned names in lower case; the index is a name's id, and 0 stands for every other name.
    package static let known: [String] = [
        "",
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "access-control-max-age",
        "access-control-request-headers",
        "access-control-request-method",
        "age",
        "allow",
        "authorization",
        "cache-control",
        "cache-status",
        "connection",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-range",
        "content-type",
        "cookie",
        "date",
        "etag",
        "expect",
        "expires",
        "forwarded",
        "from",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "last-modified",
        "link",
        "location",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "referer",
        "retry-after",
        "server",
        "set-cookie",
        "strict-transport-security",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "vary",
        "via",
        "www-authenticate",
        "x-api-key",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-mse-consumer",
        "x-request-id",
        "x-higress-skip-ai-cache",
        "x-sluice-cache",
        "grpc-status",
        "grpc-message",
    ]

    /// The field `accept`.
    public static var accept: HeaderName { HeaderName(id: 1) }
    /// The field `accept-charset`.
    public static var acceptCharset: HeaderName { HeaderName(id: 2) }
    /// The field `accept-encoding`.
    public static var acceptEncoding: HeaderName { HeaderName(id: 3) }
    /// The field `accept-language`.
    public static var acceptLanguage: HeaderName { HeaderName(id: 4) }
    /// The field `accept-ranges`.
    public static var acceptRanges: HeaderName { HeaderName(id: 5) }
    /// The field `access-control-allow-credentials`.
    public static var accessControlAllowCredentials: HeaderName { HeaderName(id: 6) }
    /// The field `access-control-allow-headers`.
    public static var accessControlAllowHeaders: HeaderName { HeaderName(id: 7) }
    /// The field `access-control-allow-methods`.
    public static var accessControlAllowMethods: HeaderName { HeaderName(id: 8) }
    /// The field `access-control-allow-origin`.
    public static var accessControlAllowOrigin: HeaderName { HeaderName(id: 9) }
    /// The field `access-control-expose-headers`.
    public static var accessControlExposeHeaders: HeaderName { HeaderName(id: 10) }
    /// The field `access-control-max-age`.
    public static var accessControlMaxAge: HeaderName { HeaderName(id: 11) }
    /// The field `access-control-request-headers`.
    public static var accessControlRequestHeaders: HeaderName { HeaderName(id: 12) }
    /// The field `access-control-request-method`.
    public static var accessControlRequestMethod: HeaderName { HeaderName(id: 13) }
    /// The field `age`.
    public static var age: HeaderName { HeaderName(id: 14) }
    /// The field `allow`.
    public static var allow: HeaderName { HeaderName(id: 15) }
    /// The field `authorization`.
    public static var authorization: HeaderName { HeaderName(id: 16) }
    /// The field `cache-control`.
    public static var cacheControl: HeaderName { HeaderName(id: 17) }
    /// The field `cache-status`.
    public static var cacheStatus: HeaderName { HeaderName(id: 18) }
    /// The field `connection`.
    public static var connection: HeaderName { HeaderName(id: 19) }
    /// The field `content-disposition`.
    public static var contentDisposition: HeaderName { HeaderName(id: 20) }
    /// The field `content-encoding`.
    public static var contentEncoding: HeaderName { HeaderName(id: 21) }
    /// The field `content-language`.
    public static var contentLanguage: HeaderName { HeaderName(id: 22) }
    /// The field `content-length`.
    public static var contentLength: HeaderName { HeaderName(id: 23) }
    /// The field `content-location`.
    public static var contentLocation: HeaderName { HeaderName(id: 24) }
    /// The field `content-range`.
    public static var contentRange: HeaderName { HeaderName(id: 25) }
    /// The field `content-type`.
    public static var contentType: HeaderName { HeaderName(id: 26) }
    /// The field `cookie`.
    public static var cookie: HeaderName { HeaderName(id: 27) }
    /// The field `date`.
    public static var date: HeaderName { HeaderName(id: 28) }
    /// The field `etag`.
    public static var eTag: HeaderName { HeaderName(id: 29) }
    /// The field `expect`.
    public static var expect: HeaderName { HeaderName(id: 30) }
    /// The field `expires`.
    public static var expires: HeaderName { HeaderName(id: 31) }
    /// The field `forwarded`.
    public static var forwarded: HeaderName { HeaderName(id: 32) }
    /// The field `from`.
    public static var from: HeaderName { HeaderName(id: 33) }
    /// The field `host`.
    public static var host: HeaderName { HeaderName(id: 34) }
    /// The field `if-match`.
    public static var ifMatch: HeaderName { HeaderName(id: 35) }
    /// The field `if-modified-since`.
    public static var ifModifiedSince: HeaderName { HeaderName(id: 36) }
    /// The field `if-none-match`.
    public static var ifNoneMatch: HeaderName { HeaderName(id: 37) }
    /// The field `if-range`.
    public static var ifRange: HeaderName { HeaderName(id: 38) }
    /// The field `if-unmodified-since`.
    public static var ifUnmodifiedSince: HeaderName { HeaderName(id: 39) }
    /// The field `keep-alive`.
    public static var keepAlive: HeaderName { HeaderName(id: 40) }
    /// The field `last-modified`.
    public static var lastModified: HeaderName { HeaderName(id: 41) }
    /// The field `link`.
    public static var link: HeaderName { HeaderName(id: 42) }
    /// The field `location`.
    public static var location: HeaderName { HeaderName(id: 43) }
    /// The field `max-forwards`.
    public static var maxForwards: HeaderName { HeaderName(id: 44) }
    /// The field `origin`.
    public static var origin: HeaderName { HeaderName(id: 45) }
    /// The field `pragma`.
    public static var pragma: HeaderName { HeaderName(id: 46) }
    /// The field `proxy-authenticate`.
    public static var proxyAuthenticate: HeaderName { HeaderName(id: 47) }
    /// The field `proxy-authorization`.
    public static var proxyAuthorization: HeaderName { HeaderName(id: 48) }
    /// The field `proxy-connection`.
    public static var proxyConnection: HeaderName { HeaderName(id: 49) }
    /// The field `range`.
    public static var range: HeaderName { HeaderName(id: 50) }
    /// The field `referer`.
    public static var referer: HeaderName { HeaderName(id: 51) }
    /// The field `retry-after`.
    public static var retryAfter: HeaderName { HeaderName(id: 52) }
    /// The field `server`.
    public static var server: HeaderName { HeaderName(id: 53) }
    /// The field `set-cookie`.
    public static var setCookie: HeaderName { HeaderName(id: 54) }
    /// The field `strict-transport-security`.
    public static var strictTransportSecurity: HeaderName { HeaderName(id: 55) }
    /// The field `te`.
    public static var te: HeaderName { HeaderName(id: 56) }
    /// The field `traceparent`.
    public static var traceparent: HeaderName { HeaderName(id: 57) }
    /// The field `tracestate`.
    public static var tracestate: HeaderName { HeaderName(id: 58) }
    /// The field `trailer`.
    public static var trailer: HeaderName { HeaderName(id: 59) }
    /// The field `transfer-encoding`.
    public static var transferEncoding: HeaderName { HeaderName(id: 60) }
    /// The field `upgrade`.
    public static var upgrade: HeaderName { HeaderName(id: 61) }
    /// The field `user-agent`.
    public static var userAgent: HeaderName { HeaderName(id: 62) }
    /// The field `vary`.
    public static var vary: HeaderName { HeaderName(id: 63) }
    /// The field `via`.
    public static var via: HeaderName { HeaderName(id: 64) }
    /// The field `www-authenticate`.
    public static var wwwAuthenticate: HeaderName { HeaderName(id: 65) }
    /// The field `x-api-key`.
    public static var xApiKey: HeaderName { HeaderName(id: 66) }
    /// The field `x-forwarded-for`.
    public static var xForwardedFor: HeaderName { HeaderName(id: 67) }
    /// The field `x-forwarded-host`.
    public static var xForwardedHost: HeaderName { HeaderName(id: 68) }
    /// The field `x-forwarded-proto`.
    public static var xForwardedProto: HeaderName { HeaderName(id: 69) }
    /// The field `x-mse-consumer`.
    public static var xMseConsumer: HeaderName { HeaderName(id: 70) }
    /// The field `x-request-id`.
    public static var xRequestId: HeaderName { HeaderName(id: 71) }
    /// The field `x-higress-skip-ai-cache`.
    public static var xHigressSkipAiCache: HeaderName { HeaderName(id: 72) }
    /// The field `x-sluice-cache`.
    public static var xSluiceCache: HeaderName { HeaderName(id: 73) }
    /// The field `grpc-status`.
    public static var grpcStatus: HeaderName { HeaderName(id: 74) }
    /// The field `grpc-message`.
    public static var grpcMessage: HeaderName { HeaderName(id: 75) }
}
