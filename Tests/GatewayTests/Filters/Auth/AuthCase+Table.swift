import TestSupport
import Testing

extension AuthCase {
    static let table = keyAuth + basicAuth + basicAuthHashed + hmacAuth + jwtAuth

    private static let keyAuth: [AuthCase] = [
        AuthCase("key-auth", "valid", passesAs: "alice") { _ in requestText("GET", "/", [("x-api-key", "key-a")]) },
        AuthCase("key-auth", "valid in the query", passesAs: "bob") { _ in
            requestText("GET", "/?x-api-key=key%2Db", [])
        },
        AuthCase("key-auth", "absent", 401, "key-auth.unauthorized") { _ in requestText("GET", "/", []) },
        AuthCase("key-auth", "wrong", 401, "key-auth.unauthorized") { _ in
            requestText("GET", "/", [("x-api-key", "key-c")])
        },
        AuthCase("key-auth", "not allowed", 403, "key-auth.forbidden") { _ in
            requestText("GET", "/bob/", [("x-api-key", "key-a")])
        },
        AuthCase("key-auth", "spoofed consumer", 401, "key-auth.unauthorized") { _ in
            requestText("GET", "/", [("x-mse-consumer", "alice")])
        },
        AuthCase("key-auth", "spoofed consumer beside a key", passesAs: "alice") { _ in
            requestText("GET", "/", [("X-Mse-Consumer", "bob"), ("x-api-key", "key-a")])
        },
        AuthCase("key-auth", "several credentials of one consumer", passesAs: "alice") { _ in
            requestText("GET", "/?x-api-key=key-a", [("x-api-key", "key-a"), ("Authorization", "Bearer key-a2")])
        },
        AuthCase("key-auth", "several credentials of two consumers", 401, "key-auth.unauthorized") { _ in
            requestText("GET", "/?x-api-key=key-a", [("x-api-key", "key-b")])
        },
        AuthCase("key-auth", "malformed", 401, "key-auth.unauthorized") { _ in
            requestText("GET", "/?x-api-key=key%2", [("Authorization", "Bearer")])
        },
        AuthCase("key-auth", "long", 401, "key-auth.unauthorized") { _ in
            requestText("GET", "/", [("x-api-key", String(repeating: "k", count: 30_000))])
        },
    ]

    private static func basicRequest(_ pair: String, _ target: String = "/") -> String {
        requestText("GET", target, [("Authorization", basic(pair))])
    }

    private static let basicAuth: [AuthCase] = [
        AuthCase("basic-auth", "valid", passesAs: "alice") { _ in basicRequest("alice:s3cret") },
        AuthCase("basic-auth", "valid with colons", passesAs: "bob") { _ in basicRequest("bob:pa:ss", "/bob/") },
        AuthCase("basic-auth", "absent", 401, "basic-auth.unauthorized") { _ in requestText("GET", "/", []) },
        AuthCase("basic-auth", "wrong", 401, "basic-auth.unauthorized") { _ in basicRequest("alice:other") },
        AuthCase("basic-auth", "not allowed", 403, "basic-auth.forbidden") { _ in
            basicRequest("alice:s3cret", "/bob/")
        },
        AuthCase("basic-auth", "spoofed consumer", passesAs: "alice") { _ in
            requestText("GET", "/", [("x-mse-consumer", "bob"), ("Authorization", basic("alice:s3cret"))])
        },
        AuthCase("basic-auth", "spoofed consumer alone", 401, "basic-auth.unauthorized") { _ in
            requestText("GET", "/", [("x-mse-consumer", "alice")])
        },
        AuthCase("basic-auth", "several credentials", 401, "basic-auth.unauthorized") { _ in
            requestText("GET", "/", [("Authorization", basic("alice:s3cret")), ("Authorization", basic("bob:pa:ss"))])
        },
        AuthCase("basic-auth", "malformed", 401, "basic-auth.unauthorized") { _ in
            requestText("GET", "/", [("Authorization", "Basic alice:s3cret")])
        },
        AuthCase("basic-auth", "long", 401, "basic-auth.unauthorized") { _ in
            basicRequest("alice:" + String(repeating: "x", count: 20_000))
        },
    ]

    private static let basicAuthHashed: [AuthCase] = [
        AuthCase("basic-auth-hashed", "valid", passesAs: "alice") {
            basicRequest("alice:\(try #require($0.bcrypt["password"]))")
        },
        AuthCase("basic-auth-hashed", "absent", 401, "basic-auth.unauthorized") { _ in requestText("GET", "/", []) },
        AuthCase("basic-auth-hashed", "spoofed consumer", passesAs: "bob") { _ in
            requestText("GET", "/", [("x-mse-consumer", "alice"), ("Authorization", basic("bob:slow"))])
        },
        AuthCase("basic-auth-hashed", "several credentials", 401, "basic-auth.unauthorized") { _ in
            requestText("GET", "/", [("Authorization", basic("bob:slow")), ("Authorization", basic("bob:slow"))])
        },
        AuthCase("basic-auth-hashed", "wrong", 401, "basic-auth.unauthorized") { _ in basicRequest("alice:other") },
        AuthCase("basic-auth-hashed", "unknown user", 401, "basic-auth.unauthorized") { _ in basicRequest("eve:slow") },
        AuthCase("basic-auth-hashed", "not allowed", 403, "basic-auth.forbidden") {
            basicRequest("alice:\(try #require($0.bcrypt["password"]))", "/bob/")
        },
        AuthCase("basic-auth-hashed", "allowed", passesAs: "bob") { _ in basicRequest("bob:slow", "/bob/") },
        AuthCase("basic-auth-hashed", "the hash instead", 401, "basic-auth.unauthorized") {
            basicRequest("alice:\(try #require($0.bcrypt["2b"]))")
        },
    ]

    private static let hmacAuth: [AuthCase] = [
        AuthCase("hmac-auth", "valid", passesAs: "alice") { try $0.signed("fields") },
        AuthCase("hmac-auth", "valid with a date", passesAs: "alice") { try $0.signed("date") },
        AuthCase("hmac-auth", "absent", 401, "hmac-auth.invalid_key") { _ in requestText("GET", "/", []) },
        AuthCase("hmac-auth", "without a signature", 401, "hmac-auth.empty_signature") {
            try $0.signed("date") { $0["x-ca-signature"] = nil }
        },
        AuthCase("hmac-auth", "wrong", 400, "hmac-auth.invalid_signature") { try $0.signed("date", target: "/x") },
        AuthCase("hmac-auth", "old", 400, "hmac-auth.invalid_date") { try $0.signed("old") },
        AuthCase("hmac-auth", "undated", 400, "hmac-auth.invalid_date") { try $0.signed("plain") },
        AuthCase("hmac-auth", "spoofed consumer", passesAs: "alice") {
            try $0.signed("date") { $0["x-mse-consumer"] = "bob" }
        },
        AuthCase("hmac-auth", "spoofed consumer alone", 401, "hmac-auth.invalid_key") { _ in
            requestText("GET", "/", [("x-mse-consumer", "alice")])
        },
        AuthCase("hmac-auth", "several credentials", 401, "hmac-auth.invalid_key") {
            try $0.signed("date") { $0["X-Ca-Key"] = "key-b" }
        },
        AuthCase("hmac-auth", "malformed", 400, "hmac-auth.invalid_signature") {
            try $0.signed("date") { $0["x-ca-signature"] = "=x=" }
        },
        AuthCase("hmac-auth-undated", "query", passesAs: "alice") { try $0.signed("query") },
        AuthCase("hmac-auth-undated", "SHA-1", passesAs: "alice") { try $0.signed("sha1") },
        AuthCase("hmac-auth-undated", "form", passesAs: "alice") { try $0.signed("form") },
        AuthCase("hmac-auth-undated", "body with its digest", passesAs: "alice") { try $0.signed("md5") },
        AuthCase("hmac-auth-undated", "another body", 400, "hmac-auth.invalid_content_md5") {
            try $0.signed("md5", body: "other")
        },
        AuthCase("hmac-auth-undated", "another form", 400, "hmac-auth.invalid_signature") {
            try $0.signed("form", body: "a=1")
        },
        AuthCase("hmac-auth-undated", "not allowed", 403, "hmac-auth.forbidden") { try $0.signed("bob") },
        AuthCase("hmac-auth-undated", "oversize", 413, "hmac-auth.body_too_large") {
            try $0.signed("form", body: String(repeating: "a", count: 2000))
        },
    ]

    private static let jwtAuth: [AuthCase] =
        ["RS256", "PS384", "ES256", "ES512", "EdDSA", "HS256"].map { name in
            AuthCase("jwt-auth", "valid \(name)", passesAs: "alice") { try $0.withToken(name) }
        } + [
            AuthCase("jwt-auth", "valid in the query", passesAs: "alice") {
                requestText("GET", "/?access_token=\(try #require($0.tokens["ES256"]))", [])
            },
            AuthCase("jwt-auth", "absent", 401, "jwt-auth.missing") { _ in requestText("GET", "/", []) },
            AuthCase("jwt-auth", "wrong", 401, "jwt-auth.verification_failed") { try $0.withToken("tampered") },
            AuthCase("jwt-auth", "expired", 401, "jwt-auth.expired") { try $0.withToken("expired") },
            AuthCase("jwt-auth", "unsigned", 401, "jwt-auth.unsupported_algorithm") { try $0.withToken("none") },
            AuthCase("jwt-auth", "a public key for a secret", 401, "jwt-auth.no_matching_key") {
                try $0.withToken("confused_same_kid")
            },
            AuthCase("jwt-auth", "not allowed", 403, "jwt-auth.forbidden") { try $0.withToken("ES256", "/bob/") },
            AuthCase("jwt-auth", "allowed", passesAs: "bob") { try $0.withToken("bob", "/bob/") },
            AuthCase("jwt-auth", "spoofed consumer", passesAs: "alice") {
                try $0.withToken("ES256", "/", [("x-mse-consumer", "bob")])
            },
            AuthCase("jwt-auth", "spoofed consumer alone", 401, "jwt-auth.missing") { _ in
                requestText("GET", "/", [("x-mse-consumer", "alice")])
            },
            AuthCase("jwt-auth", "several credentials of one consumer", passesAs: "alice") {
                try $0.withToken("ES256", "/?access_token=\(try #require($0.tokens["RS256"]))")
            },
            AuthCase("jwt-auth", "several credentials", 401, "jwt-auth.multiple_tokens") {
                try $0.withToken("ES256", "/?access_token=\(try #require($0.tokens["bob"]))")
            },
            AuthCase("jwt-auth", "malformed", 401, "jwt-auth.malformed") { try $0.withToken("two_parts") },
            AuthCase("jwt-auth", "long", 401, "jwt-auth.malformed") { _ in
                requestText("GET", "/", [("Authorization", "Bearer " + String(repeating: "a.", count: 20_000))])
            },
        ]
}
