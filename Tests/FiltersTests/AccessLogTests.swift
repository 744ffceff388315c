import Dispatch
import FilterAPI
import FilterTesting
import Foundation
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import BundledFilters

/// A log file in memory, which may fail or take nothing.
private final class MemoryLog: LogOutput {
    private struct State {
        var text = ""
        var isFailing = false
        var isBlocked = false
        var isWaiting = false
    }

    private let state = Mutex(State())
    private let released = DispatchSemaphore(value: 0)

    var text: String { self.state.withLock { $0.text } }

    func fail(_ fails: Bool) { self.state.withLock { $0.isFailing = fails } }

    /// Lets writes wait until ``unblock()``.
    func block() { self.state.withLock { $0.isBlocked = true } }

    func unblock() {
        let waiting = self.state.withLock { state in
            state.isBlocked = false
            return state.isWaiting
        }
        if waiting { self.released.signal() }
    }

    /// Returns when a write waits.
    func untilBlocked() async {
        while !self.state.withLock({ $0.isWaiting }) { await Task.yield() }
    }

    func write(_ lines: ByteBuffer) throws {
        let waits = self.state.withLock { state in
            state.isWaiting = state.isBlocked
            return state.isBlocked
        }
        if waits { self.released.wait() }
        try self.state.withLock { state in
            if state.isFailing { throw LogFileError(path: "memory", action: "write to", reason: "full") }
            state.text += String(buffer: lines)
        }
    }

    func reopen() { self.state.withLock { $0.text += "reopened\n" } }
}

/// The program's own log in memory.
private final class MemoryProgramLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { self.kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: MemoryProgramLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        init(log: MemoryProgramLog) { self.log = log }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.log.kept.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}

/// A loop that stands for itself and runs nothing.
private final class TestLoop: EventLoop {
    var inEventLoop: Bool { true }
    func execute(_ task: @escaping @Sendable () -> Void) {}
    func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        Scheduled(promise: self.makePromise(), cancellationTask: {})
    }
    func scheduleTask<T>(in: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        Scheduled(promise: self.makePromise(), cancellationTask: {})
    }
    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {}
}

/// The filter with its lines in memory: `path` names the test's sink.
private final class RecordedLog: Filter, LogHook {
    typealias Configuration = AccessLogConfiguration
    static let name = "access-log"
    static let phase = AccessLog.phase
    static let priority = AccessLog.priority
    static let summary = AccessLog.summary
    static let sinks = Mutex<[String: AccessLogSink]>([:])
    let filter: AccessLog

    init(_ configuration: AccessLogConfiguration, _ environment: FilterEnvironment) throws {
        let sink = RecordedLog.sinks.withLock { $0[configuration.path] }
        self.filter = AccessLog(configuration, try #require(sink))
        sink?.setFlushInterval(configuration.flushInterval)
    }

    func log(_ stream: StreamContext) { self.filter.log(stream) }
}

/// A sink and what it wrote, for one test.
private struct LogFixture {
    let output = MemoryLog()
    let metrics = MetricRegistry()
    let warnings = MemoryProgramLog()
    let sink: AccessLogSink
    let path = "/log/\(UUID().uuidString)"

    init(patience: DispatchTimeInterval = .seconds(120)) {
        let environment = FilterEnvironment(name: "access-log", logger: self.warnings.logger, metrics: self.metrics)
        self.sink = AccessLogSink(self.output, environment, patience: patience)
        let (path, sink) = (self.path, self.sink)
        RecordedLog.sinks.withLock { $0[path] = sink }
    }

    /// An entry that logs to the sink.
    func filter(_ fields: [String]? = nil, with more: [(String, ConfigurationNode)] = []) -> TestFilter {
        // An interval so long that only a flush can be what wrote the lines.
        var config: [(String, ConfigurationNode)] = [
            ("path", .init(stringLiteral: self.path)), ("flushInterval", "60s"),
        ]
        config += more
        if let fields {
            let position = SourcePosition(file: "", line: 0, column: 0)
            let items = fields.map { ConfigurationNode(stringLiteral: $0) }
            config.append(("fields", ConfigurationNode(.sequence(items), position: position)))
        }
        let position = SourcePosition(file: "", line: 0, column: 0)
        let entries = config.map { ConfigurationNode.Entry(key: $0.0, keyPosition: position, value: $0.1) }
        return TestFilter(RecordedLog.self, config: ConfigurationNode(.mapping(entries), position: position))
    }

    var dropped: Int { self.metrics.counter("access_log_dropped_total", "").value }
    var failures: Int { self.metrics.counter("access_log_write_failures_total", "").value }

    func lines() async -> [String] {
        await self.sink.flush()
        return self.output.text.split(separator: "\n").map(String.init)
    }

    /// The only line, read as JSON.
    func line() async throws -> [String: Any] {
        let lines = await self.lines()
        #expect(lines.count == 1)
        let object = try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8))
        return try #require(object as? [String: Any])
    }
}

@Suite struct AccessLogLineTests {
    static let keys = [
        "start_time", "method", "authority", "path", "protocol", "response_code", "response_code_details",
        "response_flags", "bytes_received", "bytes_sent", "duration", "upstream_service_time", "upstream_host",
        "upstream_cluster", "route_name", "downstream_remote_address", "x_forwarded_for", "user_agent", "request_id",
        "trace_id", "consumer", "ai_log",
    ]

    @Test func aLineHasAllKeysInTheirOrder() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(
            filters: [
                log.filter(),
                .init(KeyAuth.self, config: ["consumers": [["name": "alice", "credential": "k1"]]]),
            ],
            routes: [TestRoute("chat", timeout: .seconds(60))]
        ) { _ in TestResponse(status: 201, body: "hello").delayed(.milliseconds(1250)) }
        await gateway.send(
            TestRequest(
                .post,
                "/v1/chat?a=%20b",
                authority: "Gateway.test:8080",
                headers: [
                    "x-api-key": "k1", "user-agent": "curl/8.5", "x-forwarded-for": "198.51.100.1",
                    "x-request-id": "r-1",
                    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ],
                body: "question"
            )
        )
        let line = try #require(await log.lines().first)
        #expect(
            line == """
                {"start_time":"2026-01-01T00:00:00.000Z","method":"POST","authority":"Gateway.test:8080",\
                "path":"/v1/chat?a=%20b","protocol":"HTTP/1.1","response_code":201,\
                "response_code_details":"via_upstream","response_flags":"-","bytes_received":8,"bytes_sent":5,\
                "duration":1250,"upstream_service_time":1250,"upstream_host":"127.0.0.1:80",\
                "upstream_cluster":"upstream.static","route_name":"chat",\
                "downstream_remote_address":"203.0.113.7:50000","x_forwarded_for":"198.51.100.1",\
                "user_agent":"curl/8.5","request_id":"r-1","trace_id":"0af7651916cd43dd8448eb211c80319c",\
                "consumer":"alice","ai_log":{}}
                """
        )
    }

    @Test func whatIsUnknownIsNull() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter()], routes: [])
        await gateway.send(TestRequest(authority: ""))
        let line = try await log.line()
        #expect(Set(line.keys) == Set(Self.keys))
        #expect(line["response_code"] as? Int == 404)
        #expect(line["response_flags"] as? String == "NR")
        let unknown = Set(line.filter { $0.value is NSNull }.keys)
        #expect(
            unknown == [
                "authority", "upstream_service_time", "upstream_host", "upstream_cluster", "route_name",
                "x_forwarded_for",
                "user_agent", "request_id", "trace_id", "consumer",
            ]
        )
    }

    @Test func chosenFieldsAreWrittenInTheirOrder() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["response_code", "path", "method"])])
        await gateway.send(TestRequest(.get, "/x"))
        #expect(await log.lines() == [#"{"response_code":200,"path":"/x","method":"GET"}"#])
    }

    @Test(
        arguments: [
            ("/?apikey=secret", "/?apikey=***"),
            ("/?a=1&apikey=secret&b=2", "/?a=1&apikey=***&b=2"),
            ("/?apikey=secret&apikey=secret", "/?apikey=***&apikey=***"),
            ("/?%61pikey=sec%20ret=", "/?%61pikey=***"),
            ("/?apikey=&apikey&b", "/?apikey=&apikey&b"),
            ("/apikey=1?APIKEY=public", "/apikey=1?APIKEY=public"),
            ("/?", "/?"),
        ]
    )
    func keysInTheQueryAreMasked(_ path: String, _ shown: String) async throws {
        let log = LogFixture()
        let keyAuth = TestFilter(
            KeyAuth.self,
            config: ["keys": ["apikey"], "consumers": [["name": "alice", "credential": "k1"]]]
        )
        let gateway = try TestGateway(filters: [log.filter(["path"]), keyAuth])
        await gateway.send(TestRequest(.get, path))
        #expect(try await log.line()["path"] as? String == shown)
    }

    @Test func aKeyIsMaskedAlsoWhenAnEarlierFilterAnswered() async throws {
        let log = LogFixture()
        let keyAuth = TestFilter(
            KeyAuth.self,
            config: ["keys": ["apikey"], "consumers": [["name": "alice", "credential": "k1"]]]
        )
        let gateway = try TestGateway(filters: [log.filter(["path"]), keyAuth, .init(Teapot.self)])
        #expect(await gateway.send(TestRequest(.get, "/?apikey=k1")).status == 418)
        #expect(try await log.line()["path"] as? String == "/?apikey=***")
    }

    @Test(arguments: [("user-agent", "user_agent"), ("x-forwarded-for", "x_forwarded_for")])
    func keysInFieldsAreMasked(_ field: String, _ key: String) async throws {
        let log = LogFixture()
        let config: ConfigurationNode = [
            "keys": [.init(stringLiteral: field)], "consumers": [["name": "alice", "credential": "k1"]],
        ]
        let gateway = try TestGateway(
            filters: [log.filter(["user_agent", "x_forwarded_for"]), .init(KeyAuth.self, config: config)]
        )
        await gateway.send(TestRequest(headers: [HeaderName(field): "k1"]))
        let line = try await log.line()
        #expect(line[key] as? String == "***")
        let other = key == "user_agent" ? "x_forwarded_for" : "user_agent"
        #expect(line[other] as? String == nil)
    }

    @Test func theTargetIsTheClientsAndNotTheUpstreams() async throws {
        let log = LogFixture()
        let route = TestRoute("r") { head in
            head.path = "/rewritten"
            head.authority = "upstream.test"
        }
        let gateway = try TestGateway(filters: [log.filter(["path", "authority"])], routes: [route])
        await gateway.send(TestRequest(.get, "/asked?q=1"))
        #expect(gateway.upstreamRequests[0].path == "/rewritten")
        #expect(await log.lines() == [#"{"path":"/asked?q=1","authority":"gateway.test"}"#])
    }

    @Test(
        arguments: [
            ("plain", #""plain""#),
            (#"quote " and \ "#, #""quote \" and \\ ""#),
            ("tab\tand escape\u{1B}[31m", #""tab\tand escape\u001b[31m""#),
            (
                "line\u{2028}paragraph\u{2029}next\u{85}delete\u{7F}",
                #""line\u2028paragraph\u2029next\u0085delete\u007f""#
            ),
            ("日本語 é 🙂", #""日本語 é 🙂""#),
        ]
    )
    func valuesCannotBreakTheLine(_ value: String, _ written: String) async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["user_agent"])])
        await gateway.send(TestRequest(headers: ["user-agent": value]))
        #expect(await log.lines() == [#"{"user_agent":\#(written)}"#])
    }

    @Test func bytesThatAreNotUTF8BecomeReplacementCharacters() {
        var line = LogLine()
        ([0x61, 0xFF, 0xC0, 0x80, 0x0A, 0x62] as [UInt8]).withUnsafeBytes { line.writeText($0) }
        #expect(line.withBytes { String(decoding: $0, as: UTF8.self) } == "\"a\u{FFFD}\u{FFFD}\u{FFFD}\\nb\"")
    }

    @Test(
        arguments: [
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", nil),
            ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", nil),
            ("00-0af7651916cd43dd8448eb211c8031", nil),
            ("", nil),
        ] as [(String, String?)]
    )
    func theTraceIDIsThatOfAValidParent(_ traceparent: String, _ id: String?) async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["trace_id"])])
        await gateway.send(TestRequest(headers: ["traceparent": traceparent]))
        #expect(try await log.line()["trace_id"] as? String == id)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (1_735_689_599_001, "2024-12-31T23:59:59.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1970-01-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func timesAreInUTC(_ milliseconds: Int64, _ text: String) {
        var line = LogLine()
        line.writeTimestamp(nanoseconds: milliseconds * 1_000_000)
        #expect(line.withBytes { String(decoding: $0, as: UTF8.self) } == "\"\(text)\"")
    }

    @Test func whatFiltersSayKeepsItsType() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["ai_log"]), .init(Talker.self)])
        await gateway.send(TestRequest())
        #expect(
            await log.lines() == [#"{"ai_log":{"cache_status":"h\"it","tokens":7,"ratio":0.5,"no":null,"yes":true}}"#]
        )
    }

    @Test(
        arguments: [
            ("203.0.113.7", "192.0.2.1", "192.0.2.1"), ("203.0.113.7", "203.0.113.7", "203.0.113.7:50000"),
            ("2001:db8::1", "2001:db8::1", "[2001:db8::1]:50000"), (nil, "unix", "unix"), (nil, nil, nil),
        ] as [(String?, String?, String?)]
    )
    func theAddressIsTheClients(_ peer: String?, _ client: String?, _ shown: String?) throws {
        var line = LogLine()
        line.writeAddress(try peer.map { try SocketAddress(ipAddress: $0, port: 50_000) }, client: client)
        #expect(line.withBytes { String(decoding: $0, as: UTF8.self) } == (shown.map { "\"\($0)\"" } ?? "null"))
    }
}

@Suite struct AccessLogStreamTests {
    @Test func everyStreamHasOneLine() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["path"])])
        for index in 0..<100 { await gateway.send(TestRequest(.get, "/\(index)")) }
        #expect(await log.lines() == (0..<100).map { #"{"path":"/\#($0)"}"# })
    }

    @Test func aStreamThatAnEarlierFilterAnsweredIsLogged() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(
            filters: [
                log.filter(["response_code", "response_code_details", "consumer"]),
                .init(KeyAuth.self, config: ["consumers": [["name": "alice", "credential": "k1"]]]),
            ]
        )
        await gateway.send(TestRequest())
        #expect(
            await log.lines() == [
                #"{"response_code":401,"response_code_details":"key-auth.unauthorized","consumer":null}"#
            ]
        )
    }

    @Test func aClientThatLeavesIsMarked() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["response_code", "response_flags"])]) { _ in
            TestResponse.neverAnswers
        }
        let stream = await gateway.open(TestRequest())
        await stream.reset()
        #expect(await log.lines() == [#"{"response_code":0,"response_flags":"DC"}"#])
    }

    @Test func anUpstreamThatCannotBeReachedIsMarked() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["response_code", "response_flags"])]) { _ in .unreachable }
        await gateway.send(TestRequest())
        #expect(await log.lines() == [#"{"response_code":503,"response_flags":"UF"}"#])
    }

    @Test func aSkippedCacheIsSaid() async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["ai_log"]), .init(SkipHeader.self)])
        await gateway.send(TestRequest(headers: ["x-higress-skip-ai-cache": "on"]))
        #expect(await log.lines() == [#"{"ai_log":{"cache_status":"skip"}}"#])
    }
}

@Suite("Which streams get a line") struct AccessLogSelectionTests {
    private func kept(_ more: [(String, ConfigurationNode)], _ count: Int = 400) async throws -> [String] {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["request_id"], with: more)])
        for index in 0..<count { await gateway.send(TestRequest(headers: ["x-request-id": "request-\(index)"])) }
        return await log.lines()
    }

    @Test(arguments: [("0", 0...0), ("0.25", 70...130), ("0.5", 160...240), ("1", 400...400)])
    func aShareOfThem(_ share: String, _ expected: ClosedRange<Int>) async throws {
        let sample = ("sample", ConfigurationNode(stringLiteral: share))
        let lines = try await self.kept([sample])
        #expect(expected.contains(lines.count), "\(lines.count)")
        #expect(try await self.kept([sample]) == lines, "the id decides")
    }

    @Test func aLargerShareHasThoseOfASmallerOne() async throws {
        let few = Set(try await self.kept([("sample", "0.1")]))
        let more = Set(try await self.kept([("sample", "0.4")]))
        #expect(!few.isEmpty && few.isStrictSubset(of: more))
    }

    /// The streams take 0 s, or 2 s at `/slow`; `/gone` has a client that leaves.
    @Test(
        arguments: [
            (["statuses": ["5xx"]], ["/broken"]), (["statuses": ["200", "404"]], ["/fine", "/slow", "/missing"]),
            (["statuses": ["0"]], ["/gone"]), (["slowerThan": "1s"], ["/slow"]), (["slowerThan": "1999"], ["/slow"]),
            (["flags": ["DC"]], ["/gone"]), (["flags": ["*"]], ["/gone"]), (["flags": ["UT"]], []),
            (["statuses": ["4XX"], "slowerThan": "1s", "flags": ["DC"]], ["/slow", "/missing", "/gone"]),
        ] as [(ConfigurationNode, [String])]
    )
    func thoseThatAreWorthIt(_ keep: ConfigurationNode, _ paths: [String]) async throws {
        let log = LogFixture()
        let gateway = try TestGateway(filters: [log.filter(["path"], with: [("keep", keep)])]) { request in
            switch request.path {
            case "/broken": TestResponse(status: 503)
            case "/missing": TestResponse(status: 404)
            case "/slow": TestResponse(status: 200).delayed(.seconds(2))
            case "/gone": TestResponse.neverAnswers
            default: TestResponse(status: 200)
            }
        }
        for path in ["/fine", "/slow", "/broken", "/missing"] { await gateway.send(TestRequest(.get, path)) }
        await gateway.open(TestRequest(.get, "/gone")).reset()
        #expect(await log.lines() == paths.map { #"{"path":"\#($0)"}"# })
    }

    @Test func bothTogether() async throws {
        let log = LogFixture()
        let keep: ConfigurationNode = ["statuses": ["503"]]
        let gateway = try TestGateway(
            filters: [log.filter(["response_code"], with: [("keep", keep), ("sample", "0.5")])]
        ) { TestResponse(status: $0.path == "/broken" ? 503 : 200) }
        for index in 0..<200 {
            let path = index % 10 == 0 ? "/broken" : "/"
            await gateway.send(TestRequest(.get, path, headers: ["x-request-id": "request-\(index)"]))
        }
        let lines = await log.lines()
        #expect(lines.count { $0.contains("503") } == 20)
        #expect((60...120).contains(lines.count - 20))
    }
}

/// Answers everything itself.
private final class Teapot: Filter, RequestHeadHook {
    static let name = "teapot"
    static let phase = FilterPhase.authn
    static let priority = 900
    static let summary = "Answers 418."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        .respond(LocalResponse(status: 418, detail: "teapot.is_one"))
    }
}

/// Says one value of each kind.
private final class Talker: Filter, RequestHeadHook {
    static let name = "talker"
    static let summary = "Fills ai_log."

    struct Configuration: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {}

    func requestHead(_ stream: StreamContext) -> FilterAction {
        stream.setAILog("cache_status", "h\"it")
        stream.setAILog("tokens", 7)
        stream.setAILog("ratio", .double(0.5))
        stream.setAILog("no", .double(.nan))
        stream.setAILog("yes", true)
        return .continue
    }
}

@Suite struct AccessLogSinkTests {
    private let loop = TestLoop()

    private func append(_ text: String, to sink: AccessLogSink) {
        sink.append(from: self.loop) { $0.write(text + "\n") }
    }

    @Test func aLineIsWrittenWithoutBeingAskedFor() async {
        let log = LogFixture()
        log.sink.setFlushInterval(.milliseconds(1))
        self.append("a", to: log.sink)
        while log.output.text != "a\n" { await Task.yield() }
    }

    @Test func manyLinesAreNotKeptWaiting() async {
        let log = LogFixture()
        log.sink.setFlushInterval(.seconds(60))
        for _ in 0..<70 { self.append(String(repeating: "x", count: 1023), to: log.sink) }
        while log.output.text.isEmpty { await Task.yield() }
    }

    @Test func linesOfManyLoopsAreAllWritten() async {
        let log = LogFixture()
        let loops = (0..<32).map { _ in TestLoop() }
        await withTaskGroup(of: Void.self) { group in
            for loop in loops {
                group.addTask {
                    for _ in 0..<1000 { log.sink.append(from: loop) { $0.write("line\n" as StaticString) } }
                }
            }
        }
        #expect(await log.lines().count == 32_000)
        #expect(log.dropped == 0)
    }

    @Test func whatASlowFileCannotTakeIsDroppedAndCounted() async {
        let log = LogFixture()
        log.output.block()
        log.sink.setFlushInterval(.zero)
        self.append("first", to: log.sink)
        await log.output.untilBlocked()
        let line = String(repeating: "x", count: 64 * 1024 - 1)
        for _ in 0..<100 { self.append(line, to: log.sink) }
        let kept = LogShard.capacity / (64 * 1024)
        #expect(log.dropped == 100 - kept)
        log.output.unblock()
        #expect(await log.lines().count == 1 + kept)
        self.append("last", to: log.sink)
        #expect(await log.lines().last == "last")
    }

    @Test func aFlushGivesUpOnAFileThatTakesNothing() async {
        let log = LogFixture(patience: .milliseconds(200))
        log.output.block()
        self.append("a", to: log.sink)
        await log.sink.flush()
        #expect(log.output.text.isEmpty)
        log.output.unblock()
        #expect(await eventually { await log.lines() == ["a"] })
    }

    @Test func aFailingFileIsWarnedAboutOnceAndCounted() async {
        let log = LogFixture()
        log.output.fail(true)
        for _ in 0..<3 {
            self.append("lost\nlost", to: log.sink)
            await log.sink.flush()
        }
        #expect(log.failures == 3)
        #expect(log.dropped == 3)
        #expect(log.warnings.lines == ["warning: access log lines are lost"])
        log.output.fail(false)
        self.append("kept", to: log.sink)
        #expect(await log.lines() == ["kept"])
        #expect(log.warnings.lines.last == "info: the access log is written again")
        log.output.fail(true)
        self.append("lost", to: log.sink)
        await log.sink.flush()
        #expect(log.warnings.lines.last == "warning: access log lines are lost")
    }

    @Test func linesBeforeAReopeningGoToTheOldFile() async {
        let log = LogFixture()
        self.append("old", to: log.sink)
        log.sink.reopen()
        await log.sink.flush()
        self.append("new", to: log.sink)
        #expect(await log.lines() == ["old", "reopened", "new"])
    }
}

@Suite struct AccessLogFileTests {
    private let directory: URL

    init() throws {
        self.directory = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { self.directory.appendingPathComponent(name).path }

    private func text(_ name: String) throws -> String { try String(contentsOfFile: self.path(name), encoding: .utf8) }

    @Test func aFileIsMadeForItsOwnerAndGroupAndAppendedTo() throws {
        defer { try? FileManager.default.removeItem(at: self.directory) }
        try LogFile(path: self.path("a.log")).write(ByteBuffer(string: "1\n"))
        try LogFile(path: self.path("a.log")).write(ByteBuffer(string: "2\n"))
        #expect(try self.text("a.log") == "1\n2\n")
        let mode = try FileManager.default.attributesOfItem(atPath: self.path("a.log"))[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o137 } == 0)
    }

    @Test func aRotatedFileIsMadeAnew() throws {
        defer { try? FileManager.default.removeItem(at: self.directory) }
        let file = try LogFile(path: self.path("a.log"))
        try file.write(ByteBuffer(string: "old\n"))
        try FileManager.default.moveItem(atPath: self.path("a.log"), toPath: self.path("a.log.1"))
        try file.write(ByteBuffer(string: "still old\n"))
        try file.reopen()
        try file.write(ByteBuffer(string: "new\n"))
        #expect(try self.text("a.log.1") == "old\nstill old\n")
        #expect(try self.text("a.log") == "new\n")
    }

    @Test func aFileThatCannotBeOpenedIsNamed() throws {
        defer { try? FileManager.default.removeItem(at: self.directory) }
        let path = self.path("missing/a.log")
        let error = #expect(throws: LogFileError.self) { try LogFile(path: path) }
        #expect(error?.description == "cannot open \"\(path)\": No such file or directory")
    }

    @Test func entriesOfOnePathShareItAndTheGatewayCanFlushIt() async throws {
        defer { try? FileManager.default.removeItem(at: self.directory) }
        let shared = SharedFilterState()
        let environment = FilterEnvironment(name: "access-log", logger: Logger(label: "test"), shared: shared)
        let path = ConfigurationNode(stringLiteral: self.path("a.log"))
        let configuration = ConfigurationFields.value(["path": path], as: AccessLogConfiguration.self)
        for _ in 0..<2 { _ = try AccessLog(configuration, environment) }
        let key = "access-log \(configuration.path)"
        let sink = shared.object(key) { AccessLogSink(MemoryLog(), environment) }
        sink.append(from: TestLoop()) { $0.write("line\n" as StaticString) }
        await shared.flushAll()
        #expect(await eventually { (try? self.text("a.log")) == "line\n" })
    }

    @Test(
        arguments: [
            (["fields": ["pth"]], #"config.fields[0]: unknown field "pth"; did you mean "path"?"#),
            (["fields": ["path", "path"]], "config.fields[1]: found a field for the second time; expected each once"),
            (["fields": []], "config.fields: found no field; expected at least one"),
            (["path": ""], "config.path: found an empty text; expected the path of a file"),
            (["path": "/"], #"config: cannot open "/": Is a directory"#),
            (
                ["flushInterval": "2m"],
                #"config.flushInterval: found "2m"; expected a duration such as 250ms, 5s, 2m or 1h"#
            ),
            (["sample": "1.5"], #"config.sample: found "1.5"; expected a number"#),
            (["keep": ["statuses": ["6xx"]]], "config.keep.statuses[0]: expected a status such as 429"),
            (["keep": ["slowerThan": "soon"]], #"config.keep.slowerThan: found "soon""#),
            (["keep": [:]], "config.keep: found no condition; expected statuses, slowerThan or flags"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AccessLog.self, config: config)
        #expect(found.count == 1)
        #expect(found.first?.contains(message) == true)
    }
}
