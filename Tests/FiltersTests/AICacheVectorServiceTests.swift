import FilterAPI
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

@Suite("ai-cache: what vector services are sent and answer")
struct AICacheVectorServiceTests {
    /// The keys that each service needs, with an answer without neighbours.
    private static let services: [String: (keys: String, none: String)] = [
        "chroma": (
            #""collectionID":"c-1""#, #"{"ids":[[]],"distances":[[]],"documents":[[]],"metadatas":[[]]}"#
        ),
        "dashvector": (
            #""collectionID":"c 1","apiKey":"k","serviceHost":"h""#, #"{"code":0,"output":[]}"#
        ),
        "elasticsearch": (#""collectionID":"c 1""#, #"{"hits":{"hits":[]}}"#),
        "milvus": (#""collectionID":"c 1""#, #"{"code":0,"data":[]}"#),
        "pinecone": (#""apiKey":"k","serviceHost":"h""#, #"{"matches":[]}"#),
        "qdrant": (#""collectionID":"c 1""#, #"{"result":{"points":[]}}"#),
        "weaviate": (#""collectionID":"C1""#, #"{"data":{"Get":{"C1":[]}}}"#),
    ]

    private func store(_ type: String, _ keys: String) throws -> any RemoteVectorStore {
        let provider = try #require(vectorProviders.first { $0.type == type })
        let needed = Self.services[type]?.keys ?? ""
        let read = try ReadProvider(#"{"serviceName":"v.dns",\#(needed)\#(keys)}"#) { provider.read($0) }
        guard read.errors.isEmpty, case .remote(let store)? = try read.opener?.open(.alone) else {
            throw NoProvider(errors: read.errors)
        }
        return store
    }

    private func callouts(_ type: String, _ body: String? = nil) -> DoubleCallouts {
        let answer = bytes(body ?? Self.services[type]?.none ?? "")
        return DoubleCallouts(
            QdrantDouble(collection: "c", key: "k", dimensions: 2),
            .replaced(status: 200, body: answer)
        )
    }

    private func query(_ scope: String? = "s") -> VectorQuery {
        VectorQuery(vector: [1, -0.5], topK: 2, scope: scope, secondsSince1970: 0)
    }

    private func entry(_ scope: String? = "s", answer: String? = "a", expiresAt: Int? = 9) -> VectorEntry {
        VectorEntry(
            id: EntryID(scope: scope, question: "q"),
            key: CacheKeyID(high: 1, low: 2),
            vector: [1, -0.5],
            question: "q",
            answer: answer.map { bytes($0) },
            scope: scope,
            expiresAt: expiresAt,
            secondsSince1970: 0
        )
    }

    private static let chromaPath = "/api/v2/tenants/default_tenant/databases/default_database/collections/c-1"
    private static let chromaQuery =
        #"{"query_embeddings":[[1.0,-0.5]],"n_results":2,"include":["distances","documents","metadatas"]}"#

    @Test(
        "a question is asked in the service's own form",
        arguments: [
            ("chroma", "", "s", "POST \(chromaPath)/query", chromaQuery),
            (
                "chroma", #","tenant":"t/1","database":"d 2""#, "s",
                "POST /api/v2/tenants/t%2F1/databases/d%202/collections/c-1/query", chromaQuery
            ),
            ("chroma", #","apiVersion":"v1""#, nil, "POST /api/v1/collections/c-1/query", chromaQuery),
            (
                "dashvector", "", "s", "POST /v1/collections/c%201/query",
                #"{"vector":[1.0,-0.5],"topk":2,"include_vector":false}"#
            ),
            (
                "elasticsearch", "", "s", "POST /c%201/_search",
                #"{"_source":{"excludes":["embedding"]},"#
                    + #""knn":{"field":"embedding","query_vector":[1.0,-0.5],"k":2,"num_candidates":100},"size":2}"#
            ),
            (
                "milvus", "", "s", "POST /v2/vectordb/entities/search",
                #"{"collectionName":"c 1","data":[[1.0,-0.5]],"annsField":"vector","limit":2,"#
                    + #""outputFields":["question","answer","scope","expires"]}"#
            ),
            (
                "milvus", #","dbName":"d""#, nil, "POST /v2/vectordb/entities/search",
                #"{"collectionName":"c 1","dbName":"d","data":[[1.0,-0.5]],"annsField":"vector","limit":2,"#
                    + #""outputFields":["question","answer"]}"#
            ),
            (
                "pinecone", "", "s", "POST /query",
                #"{"namespace":"","vector":[1.0,-0.5],"topK":2,"includeMetadata":true,"includeValues":false}"#
            ),
            (
                "pinecone", #","collectionID":"n 1""#, nil, "POST /query",
                #"{"namespace":"n 1","vector":[1.0,-0.5],"topK":2,"includeMetadata":true,"includeValues":false}"#
            ),
            (
                "weaviate", "", "s", "POST /v1/graphql",
                #"{"query":"{Get{C1(limit:2,nearVector:{vector:[1.0,-0.5]})"#
                    + #"{question answer scope expires _additional{distance}}}}"}"#
            ),
            (
                "weaviate", "", nil, "POST /v1/graphql",
                #"{"query":"{Get{C1(limit:2,nearVector:{vector:[1.0,-0.5]}){question answer _additional{distance}}}}"}"#
            ),
        ] as [(String, String, String?, String, String)]
    )
    func queries(type: String, keys: String, scope: String?, line: String, body: String) async throws {
        let callouts = self.callouts(type)
        #expect(try await self.store(type, keys).neighbours(of: self.query(scope), by: callouts).isEmpty)
        let request = try #require(callouts.requests.first)
        #expect("\(request.method.rawValue) \(request.path)" == line)
        #expect(String(buffer: request.body) == body)
    }

    private static let scopedID = EntryID(scope: "s", question: "q").description
    private static let key = "00000000000000010000000000000002"
    private static let bareID = EntryID(scope: nil, question: "q").description

    @Test(
        "an entry is stored in the service's own form",
        arguments: [
            (
                "chroma", "", "s", "POST \(chromaPath)/upsert",
                #"{"embeddings":[[1.0,-0.5]],"ids":["\#(scopedID)"],"documents":["a"],"#
                    + #""metadatas":[{"question":"q","scope":"s","key":"\#(key)","expires":9}]}"#
            ),
            (
                "chroma", #","apiVersion":"v1""#, nil, "POST /api/v1/collections/c-1/add",
                #"{"embeddings":[[1.0,-0.5]],"ids":["q"],"documents":["a"],"#
                    + #""metadatas":[{"question":"q","expires":9}]}"#
            ),
            (
                "dashvector", "", "s", "POST /v1/collections/c%201/docs",
                #"{"docs":[{"vector":[1.0,-0.5],"#
                    + #""fields":{"query":"q","answer":"a","scope":"s","key":"\#(key)","expires":"9"}}]}"#
            ),
            (
                "elasticsearch", "", "s", "POST /c%201/_doc",
                #"{"question":"q","answer":"a","scope":"s","key":"\#(key)","expires":9,"embedding":[1.0,-0.5]}"#
            ),
            (
                "milvus", "", "s", "POST /v2/vectordb/entities/insert",
                #"{"collectionName":"c 1","#
                    + #""data":[{"vector":[1.0,-0.5],"question":"q","answer":"a","scope":"s","key":"\#(key)","expires":9}]}"#
            ),
            (
                "milvus", #","dbName":"d""#, nil, "POST /v2/vectordb/entities/insert",
                #"{"collectionName":"c 1","dbName":"d","data":[{"vector":[1.0,-0.5],"question":"q","answer":"a"}]}"#
            ),
            (
                "pinecone", "", nil, "POST /vectors/upsert",
                #"{"vectors":[{"id":"\#(bareID)","values":[1.0,-0.5],"#
                    + #""metadata":{"question":"q","answer":"a","expires":9}}],"namespace":""}"#
            ),
            (
                "weaviate", "", "s", "POST /v1/objects",
                #"{"class":"C1","vector":[1.0,-0.5],"#
                    + #""properties":{"question":"q","answer":"a","scope":"s","key":"\#(key)","expires":9}}"#
            ),
            (
                "weaviate", "", nil, "POST /v1/objects",
                #"{"class":"C1","vector":[1.0,-0.5],"properties":{"question":"q","answer":"a"}}"#
            ),
        ] as [(String, String, String?, String, String)]
    )
    func storing(type: String, keys: String, scope: String?, line: String, body: String) async throws {
        let callouts = self.callouts(type)
        try await self.store(type, keys).store(self.entry(scope), by: callouts)
        let request = try #require(callouts.requests.first)
        #expect("\(request.method.rawValue) \(request.path)" == line)
        #expect(String(buffer: request.body) == body)
    }

    private static let digest = String(repeating: "0123456789abcdef", count: 4)
    private static let keyRemoval = VectorRemoval.key(CacheKeyID(high: 1, low: 2))

    @Test(
        "entries are forgotten in the service's own form",
        arguments: [
            ("chroma", "", keyRemoval, "POST \(chromaPath)/delete", #"{"where":{"key":"\#(key)"}}"#),
            (
                "chroma", #","apiVersion":"v1""#, .scope(digest), "POST /api/v1/collections/c-1/delete",
                #"{"where":{"scope":"\#(digest)"}}"#
            ),
            (
                "dashvector", "", keyRemoval, "POST /v1/collections/c%201/query",
                #"{"filter":"key = '\#(key)'","topk":1024,"include_vector":false}"#
            ),
            (
                "elasticsearch", "", .scope(digest), "POST /c%201/_delete_by_query?conflicts=proceed&refresh=true",
                #"{"query":{"term":{"scope":"\#(digest)"}}}"#
            ),
            (
                "milvus", #","dbName":"d""#, keyRemoval, "POST /v2/vectordb/entities/delete",
                #"{"collectionName":"c 1","dbName":"d","filter":"key == \"\#(key)\""}"#
            ),
            (
                "pinecone", #","collectionID":"n 1""#, .scope(digest), "POST /vectors/delete",
                #"{"filter":{"scope":{"$eq":"\#(digest)"}},"namespace":"n 1"}"#
            ),
            (
                "qdrant", "", keyRemoval, "POST /collections/c%201/points/delete?wait=true",
                #"{"filter":{"must":[{"key":"key","match":{"value":"\#(key)"}}]}}"#
            ),
            (
                "weaviate", "", keyRemoval, "DELETE /v1/batch/objects",
                #"{"match":{"class":"C1","where":{"path":["key"],"operator":"Equal","valueText":"\#(key)"}},"#
                    + #""output":"minimal"}"#
            ),
        ] as [(String, String, VectorRemoval, String, String)]
    )
    func removals(type: String, keys: String, removal: VectorRemoval, line: String, body: String) async throws {
        let done: [String: String] = [
            "chroma": #"{"deleted":0}"#, "elasticsearch": #"{"deleted":0,"failures":[]}"#, "milvus": #"{"code":0}"#,
            "pinecone": "{}", "qdrant": #"{"status":"ok"}"#, "weaviate": #"{"results":{"matches":0,"successful":0}}"#,
        ]
        let callouts = self.callouts(type, done[type])
        _ = try await self.store(type, keys).remove(removal, at: 0, by: callouts)
        let request = try #require(callouts.requests.first)
        #expect("\(request.method.rawValue) \(request.path)" == line)
        #expect(String(buffer: request.body) == body)
    }

    @Test(
        "the answer to a removal that tells no number, or a failure, is not taken for success",
        arguments: [
            ("chroma", #"{"error":"E","message":"m"}"#, "refused: code E: m"),
            ("dashvector", #"{"code":-2021,"message":"m"}"#, "refused: code -2021: m"),
            (
                "dashvector", #"{"code":0,"output":[{"doc_op":"delete","id":"1","code":-2001,"message":"m"}]}"#,
                "refused: code -2001: m"
            ),
            ("dashvector", #"{"code":0}"#, "refused: entries are left after 1000 requests"),
            ("elasticsearch", "{}", "bad_answer: the answer has no deleted"),
            (
                "elasticsearch", #"{"deleted":1,"failures":[{"cause":{"reason":"m"}}]}"#, "refused: m"
            ),
            (
                "elasticsearch", #"{"deleted":1e300}"#,
                "bad_answer: deleted of the answer is a number; expected a whole number"
            ),
            ("milvus", #"{"code":1100,"message":"m"}"#, "refused: code 1100: m"),
            ("pinecone", #"{"code":3,"message":"m"}"#, "refused: code 3: m"),
            ("qdrant", #"{"status":{"error":"m"}}"#, "refused: m"),
            ("weaviate", "{}", "bad_answer: the answer has no results.matches"),
            (
                "weaviate", #"{"results":{"matches":-1,"successful":0}}"#,
                "bad_answer: results.matches of the answer is a number; expected a whole number"
            ),
            (
                "weaviate", #"{"results":{"matches":2,"successful":1,"failed":1}}"#,
                "refused: not all objects were deleted"
            ),
        ]
    )
    func failedRemovals(type: String, body: String, message: String) async throws {
        let store = try self.store(type, "")
        let error = await #expect(throws: ProviderError.self) {
            _ = try await store.remove(Self.keyRemoval, at: 0, by: self.callouts(type, body))
        }
        #expect(error?.description == message)
    }

    @Test(
        "a removal tells how many entries there were, where the service does",
        arguments: [
            ("chroma", #"["a","b"]"#, 2), ("chroma", #"{"deleted":3}"#, 3), ("chroma", "{}", nil),
            ("dashvector", #"{"code":0,"output":[]}"#, 0), ("elasticsearch", #"{"deleted":4}"#, 4),
            ("milvus", #"{"code":0,"data":{"deleteCount":5}}"#, 5), ("milvus", #"{"code":0,"data":{}}"#, nil),
            ("pinecone", "{}", nil), ("qdrant", #"{"status":"ok","result":{}}"#, nil),
            ("weaviate", #"{"results":{"matches":6,"limit":10000,"successful":6,"failed":0}}"#, 6),
        ] as [(String, String, Int?)]
    )
    func countedRemovals(type: String, body: String, count: Int?) async throws {
        let removed = try await self.store(type, "").remove(Self.keyRemoval, at: 0, by: self.callouts(type, body))
        #expect(removed == count)
    }

    @Test("no part is left out where the service would keep the old one or refuse", arguments: ["milvus", "weaviate"])
    func everyPart(type: String) async throws {
        let callouts = self.callouts(type)
        try await self.store(type, "").store(self.entry(answer: nil, expiresAt: nil), by: callouts)
        let body = try #require(callouts.requests.first?.body)
        #expect(
            String(buffer: body).contains(#""question":"q","answer":"","scope":"s","key":"\#(Self.key)","expires":0}"#)
        )
    }

    @Test(
        "requests carry the service's own header fields",
        arguments: [
            ("chroma", "", "x-chroma-token", nil), ("chroma", #","apiKey":"k""#, "x-chroma-token", "k"),
            ("dashvector", "", "dashvector-auth-token", "k"),
            ("elasticsearch", "", "authorization", nil),
            ("elasticsearch", #","apiKey":"k==""#, "authorization", "ApiKey k=="),
            ("elasticsearch", #","esUsername":"u","esPassword":"ö:1""#, "authorization", "Basic dTrDtjox"),
            ("milvus", "", "authorization", nil), ("milvus", #","apiKey":"u:p""#, "authorization", "Bearer u:p"),
            ("pinecone", "", "api-key", "k"), ("pinecone", "", "x-pinecone-api-version", "2025-04"),
            ("pinecone", #","apiVersion":"2024-07""#, "x-pinecone-api-version", "2024-07"),
            ("weaviate", "", "authorization", nil), ("weaviate", #","apiKey":"k""#, "authorization", "Bearer k"),
        ] as [(String, String, String, String?)]
    )
    func headers(type: String, keys: String, name: String, value: String?) async throws {
        let callouts = self.callouts(type)
        let store = try self.store(type, keys)
        _ = try await store.neighbours(of: self.query(), by: callouts)
        try await store.store(self.entry(), by: callouts)
        #expect(callouts.requests.count == 2)
        for request in callouts.requests {
            #expect(request.headers.first { $0.name == name }?.value == value)
            #expect(request.headers.first { $0.name == "content-type" }?.value == "application/json")
        }
    }

    @Test(
        "user and password do not get into errors, however short",
        arguments: [
            ("elasticsearch", "some-user", "right-password"), ("elasticsearch", "me", "p1"),
            ("elasticsearch", "abcd", "abcdefgh"), ("milvus", "some-user", "right-password"), ("milvus", "me", "p1"),
        ]
    )
    func hiddenLogin(type: String, user: String, password: String) async throws {
        let keys =
            type == "milvus"
            ? #","apiKey":"\#(user):\#(password)""# : #","esUsername":"\#(user)","esPassword":"\#(password)""#
        let store = try self.store(type, keys)
        let callouts = self.callouts(type)
        let words = "[\(user)] with \(password) is not some p12"
        for status in [401, 500] {
            callouts.mode = .replaced(status: status, body: bytes(words))
            let error = await #expect(throws: ProviderError.self) {
                _ = try await store.neighbours(of: self.query(), by: callouts)
            }
            let hidden = "[\(Secret.redacted)] with \(Secret.redacted) is not some p12"
            #expect(error?.message == "status \(status): \(hidden)")
        }
    }

    @Test("elasticsearch: user and password do not get into errors that it reports with success")
    func hiddenLoginInAnswers() async throws {
        let store = try self.store("elasticsearch", #","esUsername":"some-user","esPassword":"right-password""#)
        let callouts = self.callouts("elasticsearch", #"{"error":{"reason":"some-user, right-password"}}"#)
        let error = await #expect(throws: ProviderError.self) {
            _ = try await store.neighbours(of: self.query(), by: callouts)
        }
        #expect(error?.message == "\(Secret.redacted), \(Secret.redacted)")
    }

    @Test(
        "answers are read in the service's own form",
        arguments: [
            (
                "chroma",
                #"{"ids":[["q1","x"]],"distances":[[0,1.5]],"documents":[["a1",null]],"#
                    + #""metadatas":[[null,{"question":"q2","scope":"s","expires":9}]]}"#,
                ["q1|a1|0.0|-|-", "q2|-|1.5|s|9"]
            ),
            ("chroma", #"{"ids":[["q1"]],"distances":[[0.5]],"documents":[["a1"]]}"#, ["q1|a1|0.5|-|-"]),
            (
                "dashvector",
                #"{"code":0,"output":[{"id":"1","score":0.5,"fields":{"query":"q1","answer":"a1","expires":"9"}},"#
                    + #"{"id":"2","score":1,"fields":{"other":1}},{"id":"3","score":1}]}"#,
                ["q1|a1|0.5|-|9"]
            ),
            (
                "elasticsearch",
                #"{"hits":{"hits":[{"_id":"1","_score":0.75,"_source":{"question":"q1","answer":"a1","scope":"s"}},"#
                    + #"{"_id":"2","_score":0.5,"_source":{"title":"foreign"}}]}}"#,
                ["q1|a1|0.75|s|-"]
            ),
            (
                "milvus",
                #"{"code":0,"data":[{"id":7,"distance":0.5,"question":"q1","answer":"","scope":"s","expires":"9"},"#
                    + #"{"id":8,"distance":0.25,"question":"q2","answer":"a2","expires":0}]}"#,
                ["q1|-|0.5|s|9", "q2|a2|0.25|-|-"]
            ),
            (
                "pinecone",
                #"{"matches":[{"id":"1","score":0.5,"metadata":{"question":"q1","answer":"a1","expires":9.0}},"#
                    + #"{"id":"2","score":0.25}]}"#,
                ["q1|a1|0.5|-|9"]
            ),
            (
                "weaviate",
                #"{"data":{"Get":{"C1":[{"question":"q1","answer":"a1","scope":null,"expires":1.767229200e+09,"#
                    + #""_additional":{"distance":0.5}}]}}}"#,
                ["q1|a1|0.5|-|1767229200"]
            ),
            ("weaviate", #"{"errors":null,"data":{"Get":{"C1":[]}}}"#, []),
            ("weaviate", #"{"errors":[],"data":{"Get":{"C1":[]}}}"#, []),
            (
                "weaviate",
                #"{"data":null,"errors":[{"message":"Cannot query field \"scope\" on type \"C1\". Did you?"}]}"#,
                []
            ),
        ]
    )
    func answers(type: String, body: String, expected: [String]) async throws {
        let neighbours = try await self.store(type, "").neighbours(of: self.query(), by: self.callouts(type, body))
        let shown = neighbours.map { found in
            let answer = found.answer.map { String(buffer: $0) }
            let parts = [answer, "\(found.score)", found.scope, found.expiresAt.map { "\($0)" }]
            return ([found.question] + parts.map { $0 ?? "-" }).joined(separator: "|")
        }
        #expect(shown == expected)
    }

    @Test(
        "an answer that lacks a part or says that something failed is an error",
        arguments: [
            ("chroma", #"{"ids":[["q"]],"documents":[["a"]]}"#, "bad_answer: the answer has no distances[0][0]"),
            ("chroma", #"{"ids":[[]],"distances":[[]]}"#, "bad_answer: the answer has no documents[0]"),
            (
                "chroma", #"{"ids":[["q","r"]],"distances":[[1]],"documents":[["a","b"]]}"#,
                "bad_answer: the answer has no distances[0][1]"
            ),
            ("chroma", #"{"error":"NotFoundError","message":"m"}"#, "refused: code NotFoundError: m"),
            ("dashvector", #"{"output":[]}"#, "bad_answer: the answer has no code"),
            ("dashvector", #"{"code":0}"#, "bad_answer: the answer has no output"),
            (
                "dashvector", #"{"code":"0","output":[]}"#,
                "bad_answer: code of the answer is a string; expected a finite number"
            ),
            ("dashvector", #"{"code":-2020,"message":"m"}"#, "refused: code -2020: m"),
            ("elasticsearch", #"{"took":1}"#, "bad_answer: the answer has no hits.hits"),
            ("elasticsearch", #"{"error":"m"}"#, "refused: m"),
            ("milvus", #"{"data":[]}"#, "bad_answer: the answer has no code"),
            ("milvus", #"{"code":0}"#, "bad_answer: the answer has no data"),
            ("milvus", #"{"code":1800,"message":"m"}"#, "refused: code 1800: m"),
            ("pinecone", #"{"namespace":""}"#, "bad_answer: the answer has no matches"),
            ("pinecone", #"{"code":5,"message":"m","matches":[]}"#, "refused: code 5: m"),
            ("weaviate", #"{"data":{"Get":{}}}"#, "bad_answer: the answer has no data.Get.C1"),
            ("weaviate", #"{"data":{"Get":{"C1":null}}}"#, "bad_answer: the answer has no data.Get.C1"),
            ("weaviate", #"{"errors":[{"message":"m"}],"data":{"Get":{"C1":[]}}}"#, "refused: m"),
            ("weaviate", #"{"errors":{"x":1}}"#, #"refused: {"x":1}"#),
            (
                "weaviate", #"{"errors":[{"message":"Cannot query field \"C1\" on type \"GetObjectsObj\"."}]}"#,
                #"refused: Cannot query field "C1" on type "GetObjectsObj"."#
            ),
            (
                "weaviate",
                #"{"errors":[{"message":"Cannot query field \"scope\" on type \"C1\"."},{"message":"disk full"}]}"#,
                #"refused: Cannot query field "scope" on type "C1"."#
            ),
        ]
    )
    func failures(type: String, body: String, message: String) async throws {
        let store = try self.store(type, "")
        let error = await #expect(throws: ProviderError.self) {
            _ = try await store.neighbours(of: self.query(), by: self.callouts(type, body))
        }
        #expect(error?.description == message)
    }

    @Test("an entry that DashVector refuses among accepted ones is an error")
    func refusedEntry() async throws {
        let body = #"{"code":0,"output":[{"doc_op":"insert","id":"1","code":-2031,"message":"field too long"}]}"#
        let store = try self.store("dashvector", "")
        await #expect(throws: ProviderError(.refused, "code -2031: field too long")) {
            try await store.store(self.entry(), by: self.callouts("dashvector", body))
        }
    }

    @Test(
        "what a service cannot take is refused when the configuration is read",
        arguments: [
            (
                "weaviate", #"{"collectionID":"questions"}"#,
                #"found "questions"; expected the name of a class: a capital letter A to Z, then letters, digits and _"#
            ),
            (
                "weaviate", #"{"collectionID":"Q{x}"}"#,
                #"found "Q{x}"; expected the name of a class: a capital letter A to Z, then letters, digits and _"#
            ),
            (
                "weaviate", #"{"collectionID":""}"#,
                #"found ""; expected the name of a class: a capital letter A to Z, then letters, digits and _"#
            ),
            ("elasticsearch", #"{"collectionID":"c","esUsername":"u"}"#, #"found without "esPassword"; expected both"#),
            ("elasticsearch", #"{"collectionID":"c","esPassword":"p"}"#, #"found without "esUsername"; expected both"#),
            (
                "elasticsearch", #"{"collectionID":"c","esUsername":"u:v","esPassword":"p"}"#,
                #"found "u:v"; expected a name without colon (RFC 7617)"#
            ),
            (
                "pinecone", #"{"apiKey":"k","serviceHost":"h","apiVersion":"v1"}"#,
                "expected a year and a month such as 2025-04"
            ),
            (
                "chroma", #"{"collectionID":"c","apiVersion":"v1","tenant":"t"}"#,
                #"found with apiVersion v1, which has none; expected v2, or no "tenant""#
            ),
            (
                "milvus", #"{"collectionID":"c","metricType":"Cosine"}"#,
                #"found "Cosine"; expected one of COSINE, IP, L2"#
            ),
            (
                "dashvector", #"{"collectionID":"c","apiKey":"","serviceHost":"h"}"#,
                "expected a secret that is not empty"
            ),
            ("qdrant", #"{"collectionID":""}"#, "expected a text that is not empty"),
        ]
    )
    func configurationErrors(type: String, keys: String, message: String) throws {
        let provider = try #require(vectorProviders.first { $0.type == type })
        let errors = try ReadProvider(#"{"serviceName":"v.dns",\#(keys.dropFirst())"#) { provider.read($0) }.errors
        #expect(errors.count == 1 && errors.first?.contains(message) == true, "\(errors)")
    }

    @Test("with an empty scope Chroma's entries and the reference's are the same")
    func sharedChroma() async throws {
        let key = "right-key"
        let id = "52bbb8b3-724c-477b-a4ce-d5b578214612"
        let double = ChromaDouble(collection: id, key: key, dimensions: 2)
        double.vectors.store(.init(id: "old?", vector: [1, 0], object: ["document": "old answer"]))
        let keys = #""collectionID":"\#(id)","apiKey":"\#(key)""#
        let read = try ReadProvider(#"{"serviceName":"v.dns",\#(keys)}"#) { ChromaVectors.read($0) }
        guard case .remote(let store)? = try read.opener?.open(.alone) else { throw NoProvider(errors: read.errors) }
        let callouts = DoubleCallouts(double)
        try await store.store(self.entry(nil), by: callouts)
        #expect(double.vectors.all.map(\.id) == ["old?", "q"])
        let found = try await store.neighbours(of: self.query(nil), by: callouts)
        #expect(Set(found.map(\.question)) == ["old?", "q"])
        #expect(Set(found.map(\.answer)) == [bytes("old answer"), bytes("a")])
    }

    @Test("a class of Weaviate learns the scope when the first entry is stored")
    func learningClass() async throws {
        let double = WeaviateDouble(className: "C1", key: "k", dimensions: 2)
        double.vectors.store(.init(id: "1", vector: [1, -0.5], object: ["question": "foreign", "answer": "f"]))
        let store = try self.store("weaviate", #","apiKey":"k""#)
        let callouts = DoubleCallouts(double)
        #expect(try await store.neighbours(of: self.query(), by: callouts).isEmpty)
        try await store.store(self.entry(expiresAt: nil), by: callouts)
        let found = try await store.neighbours(of: self.query(), by: callouts)
        #expect(found.map(\.question).sorted() == ["foreign", "q"])
        #expect(
            found.first { $0.question == "q" }?.scope == "s" && found.first { $0.question == "foreign" }?.scope == nil
        )
    }

    @Test("a collection of Milvus with only the reference's fields serves an empty scope and refuses others")
    func fixedFields() async throws {
        let double = MilvusDouble(collection: "c 1", key: "k", hasDynamicFields: false, dimensions: 2)
        let store = try self.store("milvus", #","apiKey":"k""#)
        let callouts = DoubleCallouts(double)
        try await store.store(self.entry(nil), by: callouts)
        #expect(try await store.neighbours(of: self.query(nil), by: callouts).map(\.question) == ["q"])
        await #expect(throws: ProviderError.self) { try await store.store(self.entry(), by: callouts) }
        await #expect(throws: ProviderError.self) { _ = try await store.neighbours(of: self.query(), by: callouts) }
    }

    @Test("the longest answers fit into the services' entries", arguments: ["milvus", "pinecone"])
    func longestAnswers(type: String) async throws {
        let store = try self.store(type, type == "milvus" ? #","apiKey":"k""# : "")
        let doubles: [String: any ServiceDouble] = [
            "milvus": MilvusDouble(collection: "c 1", key: "k", dimensions: 2),
            "pinecone": PineconeDouble(host: "h", key: "k", dimensions: 2),
        ]
        let callouts = DoubleCallouts(try #require(doubles[type]))
        let answer = String(repeating: "a", count: store.longestAnswer)
        try await store.store(self.entry(answer: answer), by: callouts)
        #expect(try await store.neighbours(of: self.query(), by: callouts).first?.answer == bytes(answer))
        await #expect(throws: ProviderError.self) {
            try await store.store(self.entry(answer: answer + String(repeating: "a", count: 11_000)), by: callouts)
        }
    }

    @Test(
        "bytes are written in base64",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{FF}?~", "w78/fg=="),
        ]
    )
    func base64(text: String, encoded: String) {
        #expect(Base64.encode(text.utf8) == encoded)
    }
}
