import Testing

/// A request and what the access log must say of it.
struct LoggedCase: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let code: Int
    let details: String
    var flags = "-"
    var route: String?
    var upstream = false
    /// Whether the client closes its connection instead of waiting for the answer.
    var leaves = false

    var testDescription: String { self.name }

    private static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n"
    }

    private static func bad(_ text: String) -> String { text + "\r\n\r\n" }

    static let answered: [LoggedCase] = [
        .init(
            name: "answered by the upstream",
            request: get("/ok"),
            code: 200,
            details: "via_upstream",
            route: "ok",
            upstream: true
        ),
        .init(
            name: "answered directly",
            request: get("/direct"),
            code: 202,
            details: "direct_response",
            route: "direct"
        ),
        .init(name: "redirected", request: get("/old/x"), code: 308, details: "redirect", route: "old"),
        .init(
            name: "without a key",
            request: get("/locked"),
            code: 401,
            details: "key-auth.unauthorized",
            route: "locked"
        ),
        .init(
            name: "with a key that is not allowed",
            request: get("/locked", "x-key: other\r\n"),
            code: 403,
            details: "key-auth.forbidden",
            route: "locked"
        ),
        .init(name: "without a route", request: get("/none"), code: 404, details: "route_not_found", flags: "NR"),
    ]

    static let failed: [LoggedCase] = [
        .init(
            name: "whose upstream refuses connections",
            request: get("/refused"),
            code: 503,
            details: "upstream_connect_failure",
            flags: "UF",
            route: "refused"
        ),
        .init(
            name: "whose upstream resets",
            request: get("/reset"),
            code: 503,
            details: "upstream_reset_before_response",
            flags: "UC",
            route: "reset"
        ),
        .init(
            name: "whose upstream breaks the protocol",
            request: get("/garbage"),
            code: 502,
            details: "upstream_protocol_error",
            flags: "UPE",
            route: "garbage"
        ),
        .init(
            name: "whose upstream is slow",
            request: get("/slow"),
            code: 504,
            details: "upstream_timeout",
            flags: "UT",
            route: "slow"
        ),
        .init(
            name: "whose answer breaks off",
            request: get("/cut"),
            code: 200,
            details: "upstream_reset_within_response",
            flags: "UC",
            route: "cut",
            upstream: true
        ),
        .init(
            name: "whose client leaves",
            request: get("/hanging"),
            code: 0,
            details: "downstream_remote_disconnect",
            flags: "DC",
            route: "hanging",
            leaves: true
        ),
        .init(
            name: "whose client leaves within its body",
            request: "POST /hanging HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
            code: 0,
            details: "downstream_remote_disconnect",
            flags: "DC",
            route: "hanging",
            leaves: true
        ),
    ]

    static let refused: [LoggedCase] = [
        .init(
            name: "without Host",
            request: bad("GET /ok HTTP/1.1"),
            code: 400,
            details: "http1.missing_host",
            flags: "DPE"
        ),
        .init(
            name: "of no known form",
            request: bad("nonsense"),
            code: 400,
            details: "http1.invalid_request_line",
            flags: "DPE"
        ),
        .init(
            name: "with two framings",
            request: bad("POST /ok HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked"),
            code: 400,
            details: "http1.conflicting_framing",
            flags: "DPE"
        ),
        .init(
            name: "with a bad chunk",
            request: bad("POST /ok HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx"),
            code: 400,
            details: "http1.invalid_chunk_size",
            flags: "DPE"
        ),
        .init(
            name: "of a refused method",
            request: bad("TRACE /ok HTTP/1.1\r\nHost: h"),
            code: 405,
            details: "http1.method_not_allowed",
            flags: "DPE"
        ),
        .init(
            name: "that never ends its head",
            request: "GET /ok HTTP/1.1\r\n",
            code: 408,
            details: "request_head_timeout",
            flags: "DT"
        ),
        .init(
            name: "with too long a body",
            request: bad("POST /ok HTTP/1.1\r\nHost: h\r\nContent-Length: 2000"),
            code: 413,
            details: "request_payload_too_large"
        ),
        .init(
            name: "with too long a line",
            request: bad("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: h"),
            code: 414,
            details: "http1.request_line_too_long",
            flags: "DPE"
        ),
        .init(
            name: "with an unknown expectation",
            request: bad("GET /ok HTTP/1.1\r\nHost: h\r\nExpect: miracles"),
            code: 417,
            details: "http1.expectation_failed",
            flags: "DPE"
        ),
        .init(
            name: "with too many fields",
            request: bad("GET /ok HTTP/1.1\r\nHost: h" + String(repeating: "\r\nx-a: b", count: 101)),
            code: 431,
            details: "http1.too_many_headers",
            flags: "DPE"
        ),
        .init(
            name: "with too long a header",
            request: bad("GET /ok HTTP/1.1\r\nHost: h\r\nx-a: \(String(repeating: "b", count: 62_000))"),
            code: 431,
            details: "http1.header_too_large",
            flags: "DPE"
        ),
    ]
}
