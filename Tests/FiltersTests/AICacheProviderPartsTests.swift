import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: what providers are made of")
struct AICacheProviderPartsTests {
    @Test("written JSON reads back")
    func writer() throws {
        var writer = JSONWriter()
        writer.object {
            $0.member("text", "a \"quote\"\n")
            $0.member("number", -3)
            $0.member("yes", true)
            $0.member("vector", [1, -0.5, 1e-7])
            $0.member("list") {
                $0.array {
                    $0.object { _ in }
                    $0.array { _ in }
                    $0.string("x")
                }
            }
        }
        #expect(
            String(buffer: writer.bytes)
                == #"{"text":"a \"quote\"\n","number":-3,"yes":true,"vector":[1.0,-0.5,1e-07],"list":[{},[],"x"]}"#
        )
    }

    @Test("numbers read as the standard library reads them")
    func numbers() throws {
        var random = SeededRandom(seed: 7)
        var texts = [
            "0", "-0", "1e3", "0.1", "9007199254740993", "123456789012345678901234567890", "1e-400", "-1.5E+2",
        ]
        for _ in 0..<2000 {
            let number = Double.random(in: -1...1, using: &random)
            texts += ["\(number)", "\(Float(number))", "\(number * 1e-6)", "\(Int(number * 1e15))"]
        }
        for text in texts {
            let read = bytes(text).withUnsafeReadableBytes { JSONNumber.double($0) }
            #expect(read == Double(text), "\(text)")
        }
        #expect(bytes("1e999").withUnsafeReadableBytes { JSONNumber.double($0) } == nil)
    }

    @Test(
        "vectors that cannot be compared are refused",
        arguments: [
            ("[]", "bad_vector: the vector is empty"), ("[0,0.0,-0]", "bad_vector: the vector is all zeros"),
            ("[1,1e99]", "bad_vector: the vector holds a number that is not finite"),
            ("[1,1e999]", "bad_vector: the vector holds a number that is not finite"),
            ("[1,\"2\"]", "bad_answer: v of the answer is a list; expected a list of numbers"),
            ("[1,null]", "bad_answer: v of the answer is a list; expected a list of numbers"),
            ("{}", "bad_answer: v of the answer is an object; expected a list of numbers"),
            ("null", "bad_answer: the answer has no v"),
        ]
    )
    func badVectors(json: String, message: String) throws {
        let answer = JSONAnswer(try document(#"{"v":\#(json)}"#))
        let error = #expect(throws: ProviderError.self) { try answer["v"].vector() }
        #expect(error?.description == message)
    }

    @Test("a vector of a set length has to have it")
    func dimensions() async throws {
        let embedding = OpenAIEmbedding.self
        let read = try ReadProvider(#"{"serviceName":"e.dns","apiKey":"k","dimensions":3}"#) { embedding.read($0) }
        guard case .waiting(let embedder)? = try read.opener?(.alone) else { throw NoProvider(errors: read.errors) }
        let body = bytes(#"{"data":[{"embedding":[1,2]}]}"#)
        let callouts = DoubleCallouts(OpenAIEmbeddingDouble(key: "k"), .replaced(status: 200, body: body))
        await #expect(throws: ProviderError(.badVector, "the vector has 2 dimensions; expected 3")) {
            _ = try await embedder.vector(of: "q", by: callouts, at: 0)
        }
        #expect(
            callouts.requests.first?.body == bytes(#"{"input":"q","model":"text-embedding-3-small","dimensions":3}"#)
        )
    }

    @Test("a credential that the service repeats is hidden, even where its words are cut", arguments: [200, 401])
    func hiddenCredentials(status: Int) async throws {
        let key = "sk-right-key-of-a-tenant"
        let embedding = OpenAIEmbedding.self
        let read = try ReadProvider(#"{"serviceName":"e.dns","apiKey":"\#(key)"}"#) { embedding.read($0) }
        guard case .waiting(let embedder)? = try read.opener?(.alone) else { throw NoProvider(errors: read.errors) }
        for offset in 480...512 {
            let words = String(repeating: ".", count: offset) + key + " is wrong"
            let body = status == 200 ? #"{"error":{"message":"\#(words)"}}"# : words
            let callouts = DoubleCallouts(
                OpenAIEmbeddingDouble(key: key),
                .replaced(status: status, body: bytes(body))
            )
            let error = await #expect(throws: ProviderError.self) {
                _ = try await embedder.vector(of: "q", by: callouts, at: 0)
            }
            #expect(error?.message.contains("sk-r") == false, "\(offset)")
        }
    }

    @Test("ids are UUIDs of version 5, the same for the same scope and question only")
    func ids() {
        let id = EntryID(scope: "s", question: "q").description
        #expect(id == EntryID(scope: "s", question: "q").description && id.utf8.count == 36)
        #expect(Array(id)[14] == "5" && "89ab".contains(Array(id)[19]))
        let others = [("s", "r"), ("t", "q"), (nil, "q"), (nil, "s\nq"), ("", "s\nq")] as [(String?, String)]
        for (scope, question) in others { #expect(EntryID(scope: scope, question: question).description != id) }
    }

    @Test(
        "names in paths are percent-encoded",
        arguments: [("plain-Name_1.~", "plain-Name_1.~"), ("a/b c?d#%é", "a%2Fb%20c%3Fd%23%25%C3%A9"), ("", "")]
    )
    func percentEncoding(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
    }

    @Test(
        "base64 reads back",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{FFFF}?>~é", "77+/Pz5+w6k="),
        ]
    )
    func base64(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test("what is not base64", arguments: ["Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm=v", "Zm9v\n", "Zm-_"])
    func noBase64(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test(
        "dates are those of header fields",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (1_709_214_245, "Thu, 29 Feb 2024 13:44:05 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
            (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ]
    )
    func dates(seconds: Int, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }

    @Test("the host is the file's, else the provider's, else the service's")
    func hosts() async throws {
        func host(_ json: String, _ defaults: ServiceDefaults) throws -> String? {
            try ReadProvider(json) { ProviderService($0, defaults) }.opener?.host
        }
        let own = ServiceDefaults(host: .ofService)
        let named = ServiceDefaults(host: .named("api.example.com"))
        #expect(try host(#"{"serviceName":"s.dns"}"#, own) == "s.dns")
        #expect(try host(#"{"serviceName":"s.dns"}"#, named) == "api.example.com")
        #expect(try host(#"{"serviceName":"s.dns","serviceHost":"h"}"#, named) == "h")
        #expect(try host(#"{"serviceName":"s.dns","serviceHost":"h"}"#, own) == "h")
        let read = try ReadProvider(#"{"serviceName":"s.dns"}"#) {
            ProviderService($0, ServiceDefaults(host: .required))
        }
        #expect(read.errors == ["missing key \"serviceHost\" (string)"])
    }
}
