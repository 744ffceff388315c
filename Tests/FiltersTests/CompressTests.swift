import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

private let text = String(
    repeating: "All happy families are alike; each unhappy one is unhappy in its own way. ",
    count: 60
)

/// The body as a client sees it that unpacks what the head says.
private func unpacked(_ response: ReceivedResponse) -> String? {
    let coding = ContentCoding(headerValue: response.headers[.contentEncoding])
    return coding?.decode(response.body, limit: 1 << 24).map { String(buffer: $0) }
}

@Suite("compress: which responses")
struct CompressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var config: ConfigurationNode?
        var method: HTTPMethod = .get
        var accept: String? = "gzip"
        var request: HeaderFields = [:]
        var status = 200
        var response: HeaderFields = ["content-type": "text/html; charset=utf-8"]
        var body = text
        /// `Content-Encoding` of the response.
        let coding: String?
        /// Whether it says that it depends on what the client accepts.
        var varies = true
    }

    static let cases: [Case] = [
        Case(testDescription: "a text", coding: "gzip"),
        Case(testDescription: "JSON", response: ["content-type": "Application/JSON"], coding: "gzip"),
        Case(testDescription: "a kind of JSON", response: ["content-type": "application/problem+json"], coding: "gzip"),
        Case(testDescription: "no accepted coding", accept: nil, coding: nil),
        Case(testDescription: "only brotli accepted", accept: "br", coding: nil),
        Case(testDescription: "deflate accepted", accept: "deflate", coding: "deflate"),
        Case(testDescription: "both accepted", accept: "deflate, gzip", coding: "gzip"),
        Case(testDescription: "deflate preferred", accept: "gzip;q=0.5, deflate;q=0.8", coding: "deflate"),
        Case(testDescription: "gzip ruled out", accept: "gzip;q=0, *", coding: "deflate"),
        Case(
            testDescription: "deflate offered first",
            config: ["encodings": ["deflate", "gzip"]],
            accept: "gzip, deflate",
            coding: "deflate"
        ),
        Case(
            testDescription: "deflate not offered",
            config: ["encodings": ["gzip"]],
            accept: "deflate",
            coding: nil
        ),
        Case(testDescription: "an error page", status: 404, coding: "gzip"),
        Case(testDescription: "an image", response: ["content-type": "image/png"], coding: nil, varies: false),
        Case(
            testDescription: "an image of text that is listed",
            config: ["contentTypes": ["image/svg+xml"]],
            response: ["content-type": "image/svg+xml"],
            coding: "gzip"
        ),
        Case(testDescription: "events", response: ["content-type": "text/event-stream"], coding: nil, varies: false),
        Case(
            testDescription: "events with a parameter",
            response: ["content-type": "Text/Event-Stream; charset=utf-8"],
            coding: nil,
            varies: false
        ),
        Case(testDescription: "no type", response: [:], coding: nil, varies: false),
        Case(
            testDescription: "compressed already",
            response: ["content-type": "text/html", "content-encoding": "br"],
            coding: "br",
            varies: false
        ),
        Case(
            testDescription: "said to be uncompressed",
            response: ["content-type": "text/html", "content-encoding": "identity"],
            coding: "gzip"
        ),
        Case(testDescription: "short", body: String(repeating: "a", count: 1023), coding: nil, varies: false),
        Case(testDescription: "just long enough", body: String(repeating: "a", count: 1024), coding: "gzip"),
        Case(
            testDescription: "short, and that is fine",
            config: ["minimumSize": 0],
            body: "a",
            coding: "gzip"
        ),
        Case(
            testDescription: "a part of something",
            status: 206,
            response: ["content-type": "text/html", "content-range": "bytes 0-4439/9000"],
            coding: nil,
            varies: false
        ),
        Case(
            testDescription: "not to be changed",
            response: ["content-type": "text/html", "cache-control": "public, No-Transform"],
            coding: nil,
            varies: false
        ),
        Case(
            testDescription: "not to be changed, says the client",
            request: ["cache-control": "no-transform"],
            coding: nil,
            varies: false
        ),
    ]

    @Test(arguments: cases, [Chunking.whole, .bytes(100), .random(seed: 3)])
    func responses(_ example: Case, _ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(Compress.self, config: example.config)]) { _ in
            var response = TestResponse(status: example.status, headers: example.response, body: example.body)
            response.chunking = chunking
            return response
        }
        var request = TestRequest(example.method, headers: example.request)
        if let accept = example.accept { request.headers["accept-encoding"] = accept }
        let response = await gateway.send(request)
        #expect(response.status == example.status && response.isComplete)
        #expect(response.headers[.contentEncoding] == example.coding)
        #expect((response.headers["vary"] == "Accept-Encoding") == example.varies)
        if example.coding == "br" {
            #expect(response.text == example.body)
        } else {
            #expect(unpacked(response) == example.body)
        }
        if example.coding == nil { #expect(response.headers[.contentLength] == "\(example.body.utf8.count)") }
        #expect(gateway.isIdle)
    }

    @Test func theHeadSaysWhatBecameOfTheBody() async throws {
        let gateway = try TestGateway(filters: [.init(Compress.self)]) { _ in
            TestResponse(
                headers: [
                    "content-type": "text/html", "etag": #""abc""#, "accept-ranges": "bytes", "vary": "Origin",
                    "content-md5": "x", "digest": "y",
                ],
                body: text
            )
        }
        let response = await gateway.send(TestRequest(headers: ["accept-encoding": "gzip"]))
        #expect(response.headers[.eTag] == #"W/"abc""#)
        #expect(response.headers.values(of: .vary) == ["Origin", "Accept-Encoding"])
        for name: HeaderName in [.acceptRanges, "content-md5", "digest"] { #expect(response.headers[name] == nil) }
        #expect(response.body.readableBytes < text.utf8.count / 10)
        let plain = await gateway.send(TestRequest())
        #expect(plain.headers[.eTag] == #""abc""# && plain.headers[.acceptRanges] == "bytes")
    }

    @Test func aHeadRequestIsToldWhatGetWouldGet() async throws {
        let gateway = try TestGateway(filters: [.init(Compress.self)]) { _ in
            TestResponse(headers: ["content-type": "text/html", "content-length": "9000"])
        }
        let response = await gateway.send(TestRequest(.head, headers: ["accept-encoding": "gzip"]))
        #expect(response.headers[.contentEncoding] == "gzip" && response.headers[.contentLength] == nil)
        #expect(response.body.readableBytes == 0 && response.isComplete)
    }

    @Test func localResponsesAreCompressedToo() async throws {
        let config: ConfigurationNode = ["body": .init(stringLiteral: text), "headers": ["content-type=text/plain"]]
        let gateway = try TestGateway(
            filters: [.init(CustomResponse.self, config: config), .init(Compress.self)]
        )
        let response = await gateway.send(TestRequest(headers: ["accept-encoding": "gzip"]))
        #expect(response.headers[.contentEncoding] == "gzip" && unpacked(response) == text)
    }

    /// Where the filter stands, what the client accepts, and the coding of the response.
    @Test(
        "before a filter that reads bodies it compresses what that one makes of them, and behind it nothing",
        arguments: [
            (true, "gzip", "gzip"), (true, "deflate", "deflate"), (true, "br", nil), (true, nil, nil),
            (false, "gzip", nil),
        ] as [(Bool, String?, String?)]
    )
    func besideAFilterThatReadsBodies(_ isBefore: Bool, _ accept: String?, _ coding: String?) async throws {
        let rules: ConfigurationNode = ["respRules": [["operate": "remove", "body": [["key": "a"]]]]]
        let gateway = try TestGateway(
            filters: [
                .init(Compress.self, phase: isBefore ? .authn : .unspecified, priority: isBefore ? 2000 : 0),
                .init(Transformer.self, config: rules),
            ]
        ) { _ in TestResponse(headers: ["content-type": "application/json"], body: #"{"a":1,"b":"\#(text)"}"#) }
        var request = TestRequest()
        if let accept { request.headers["accept-encoding"] = accept }
        let response = await gateway.send(request)
        #expect(gateway.upstreamRequests.map { $0.headers["accept-encoding"] } == [nil])
        #expect(response.headers[.contentEncoding] == coding)
        let body = #"{"b":"\#(text)"}"#
        #expect((coding == nil ? response.text : unpacked(response)) == body && gateway.isIdle)
    }

    @Test func whatComesWithoutALengthLeavesAtOnce() async throws {
        let gateway = try TestGateway(filters: [.init(Compress.self)]) { _ in
            TestResponse(
                headers: ["content-type": "application/x-ndjson"],
                chunks: ["{\"a\":1}\n", "{\"b\":2}\n", "{\"c\":3}\n"],
                every: .seconds(1)
            )
        }
        let response = await gateway.send(TestRequest(headers: ["accept-encoding": "gzip"]))
        // Each part has all of what came so far, and the last only ends the file.
        var sofar = ByteBuffer()
        let lines = ["{\"a\":1}\n", "{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n"]
        #expect(response.parts.count == lines.count + 1)
        for (part, line) in zip(response.parts, lines) {
            sofar.writeImmutableBuffer(part)
            #expect(unpackedSoFar(sofar) == line)
        }
        #expect(unpacked(response) == lines.last)
    }

    @Test func aBrokenAnswerLeavesNothingBehind() async throws {
        let gateway = try TestGateway(filters: [.init(Compress.self)]) { _ in
            TestResponse(headers: ["content-type": "text/html"], body: text).reset(after: 2000)
        }
        let response = await gateway.send(TestRequest(headers: ["accept-encoding": "gzip"]))
        #expect(response.isReset && !response.isComplete && gateway.isIdle)
    }

    @Test(
        arguments: [
            (["encodings": ["br"]], #"unknown encoding "br"; expected one of gzip, deflate"#),
            (["encodings": []], "found no encoding; expected gzip, deflate or both"),
            (["level": 10], "expected a whole number (1 to 9)"),
            (["contentTypes": ["text/event-stream"]], "events are never compressed"),
            (["contentTypes": ["image/*"]], "images are compressed already"),
            (["contentTypes": ["text"]], "expected a type such as application/json, text/* or application/*+json"),
            (["minimumSize": "1x"], "expected a size such as"),
            (["types": []], #"unknown key "types""#),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: Compress.self, config: config)
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }
}

/// What a gzip file that has not ended holds so far: it is ended here with an empty block and any checksum.
private func unpackedSoFar(_ body: ByteBuffer) -> String? {
    var whole = body
    whole.writeBytes([0x03, 0x00] + [UInt8](repeating: 0, count: 8))
    return ContentCoding.gzip.decode(whole, limit: 1 << 20).map { String(buffer: $0) }
}

@Suite("compress: what clients accept")
struct CompressAcceptTests {
    @Test(
        arguments: [
            ([], nil), (["gzip"], .gzip), (["GZIP"], .gzip), (["x-gzip"], .gzip), (["deflate"], .deflate),
            (["*"], .gzip),
            (["identity"], nil), (["identity, gzip"], .gzip), (["identity;q=1, gzip;q=0.9"], nil),
            (["gzip;q=0"], nil), (["gzip;q=0.000"], nil), (["gzip;q=0.001"], .gzip), (["gzip; q = 1.000"], .gzip),
            (["gzip;q=1.5"], .gzip), (["gzip;q=x"], nil), (["gzip;q="], nil), (["gzip;q=0.1234"], nil),
            (["*;q=0"], nil), (["gzip;q=0.4, deflate;q=0.6"], .deflate), (["*;q=0.5, gzip;q=0.1"], .deflate),
            (["br, zstd"], nil), ([""], nil), ([",, ,gzip ,"], .gzip), (["br", "gzip"], .gzip), (["gzip;foo=1"], .gzip),
            (["gzipped"], nil), (["br;q=1, gzip;q=0.8, *;q=0.1"], .gzip),
        ] as [([String], CompressionCoding?)]
    )
    func codings(_ fields: [String], _ expected: CompressionCoding?) {
        var headers = HeaderFields()
        for field in fields { headers.add(.acceptEncoding, field) }
        #expect(AcceptedCodings(headers).best(of: [.gzip, .deflate]) == expected)
    }

    @Test(
        arguments: [
            ("text/plain", true), ("TEXT/Markdown;x=y", true), (" application/json ", true),
            ("application/json5", false),
            ("application/ld+json", true), ("application/+json", true), ("image/svg+xml", false), ("textplain", false),
            ("application/octet-stream", false), ("", false), ("text/event-stream ;a", false),
        ]
    )
    func types(_ type: String, _ isCompressible: Bool) {
        var type = type
        let types = CompressibleTypes(CompressibleTypes.defaults)
        #expect(type.withUTF8 { types.contain(UnsafeRawBufferPointer($0)) } == isCompressible)
    }
}
