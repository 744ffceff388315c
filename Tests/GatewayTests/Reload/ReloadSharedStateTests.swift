import FilterAPI
import Gateway
import Synchronization
import TestSupport
import Testing

@Suite("Reload of what filters share", .timeLimit(.minutes(15)))
struct ReloadSharedStateTests {
    private func text(_ filters: [String], listeners: String = "") -> String {
        """
        listeners: [{ name: http, address: "127.0.0.1:0" }\(listeners)]
        routes: [{ name: r, response: { status: 200, body: ok } }]
        filters: [\(filters.joined(separator: ", "))]
        """
    }

    private func entry(_ name: String, _ size: Int) -> String {
        "{ filter: sharing, name: \(name), config: { size: \(size) } }"
    }

    @Test("a refused configuration changes nothing of it, and what was made for it goes")
    func refused() async throws {
        let other = try await ManualUpstream.start()
        let shelf = Shelf("refused-")
        try await ReloadFixture.run(self.text([self.entry("refused-a", 1)]), filters: [Sharing.self]) { gateway in
            #expect(shelf.sizes == ["refused-a": 1])
            // Everything reads well; only the address cannot be had.
            let occupied = ", { name: taken, address: \"127.0.0.1:\(other.port)\" }"
            let changed = [self.entry("refused-a", 2), self.entry("refused-b", 3)]
            let outcome = try await gateway.reload(self.text(changed, listeners: occupied))
            #expect(outcome.result == .refused)
            #expect(shelf.sizes == ["refused-a": 1])
            let wrong = try await gateway.reload(self.text(changed).replacing("status: 200", with: "statuss: 200"))
            #expect(wrong.result == .refused)
            #expect(shelf.sizes == ["refused-a": 1])
            try await gateway.apply(self.text(changed))
            #expect(shelf.sizes == ["refused-a": 2, "refused-b": 3])
        }
        await other.stop()
    }

    @Test("it is kept while a filter asks for it, and saved and forgotten once none does")
    func forgotten() async throws {
        let shelf = Shelf("forgotten-")
        let entries = [self.entry("forgotten-a", 1), self.entry("forgotten-b", 2)]
        try await ReloadFixture.run(self.text(entries), filters: [Sharing.self]) { gateway in
            let identity = shelf.identity("forgotten-a")
            // The first filter is taken over as it is, the second one is built anew.
            try await gateway.apply(self.text([entries[0], self.entry("forgotten-b", 5)]))
            #expect(shelf.sizes == ["forgotten-a": 1, "forgotten-b": 5])
            try await gateway.apply("# another\n" + self.text([entries[0]], listeners: ""))
            #expect(shelf.identity("forgotten-a") == identity)
            #expect(await eventually { shelf.saves("forgotten-b") == 1 })
            #expect(await eventually { shelf.sizes == ["forgotten-a": 1] }, "\(shelf.sizes)")
            try await gateway.apply(self.text(entries))
            #expect(shelf.sizes == ["forgotten-a": 1, "forgotten-b": 2])
        }
    }

    @Test("a log file that no filter writes to any more is closed with all of its lines")
    func logFile() async throws {
        let (first, second) = (try AccessLogFile(), try AccessLogFile())
        try await ReloadFixture.run(ReloadText.answering("ok", more: first.filters)) { gateway in
            _ = try await gateway.get("/1")
            try await gateway.apply(ReloadText.answering("ok", more: second.filters))
            #expect(try await first.lines(1).first?.string("path") == "/1")
            _ = try await gateway.get("/2")
            #expect(try await second.lines(1).first?.string("path") == "/2")
            try await gateway.apply(ReloadText.answering("ok", more: first.filters))
            _ = try await gateway.get("/3")
            #expect(try await first.lines(2).last?.string("path") == "/3")
        }
    }
}

/// Keeps an object over reloads.
private final class Sharing: Filter, RequestHeadHook {
    static let name = "sharing"
    static let summary = "Keeps an object."

    struct Configuration: FilterConfiguration {
        let size: Int

        init(_ fields: ConfigurationFields) {
            size = fields.integer("size", in: 0...1000, default: 0, help: "What the object is told.")
        }
    }

    private let kept: Kept

    init(_ configuration: Configuration, _ environment: FilterEnvironment) {
        let kept = environment.shared.object("sharing.\(environment.name)") { Kept(environment.name) }
        self.kept = kept
        environment.shared.whenInForce { kept.resize(to: configuration.size) }
    }

    func requestHead(_ stream: StreamContext) -> FilterAction { .continue }
}

/// The object; all that live are known by name.
private final class Kept: SavedState {
    private struct Entry {
        weak var object: Kept?
        var saves = 0
    }

    private static let all = Mutex<[String: Entry]>([:])
    private let name: String
    private let state = Mutex(0)

    init(_ name: String) {
        self.name = name
        Kept.all.withLock { $0[name] = Entry(object: self, saves: $0[name]?.saves ?? 0) }
    }

    func resize(to size: Int) { self.state.withLock { $0 = size } }

    func save() async { Kept.all.withLock { $0[self.name]?.saves += 1 } }

    static func living(_ prefix: String) -> [String: Kept] {
        self.all.withLock { all in
            all.filter { $0.key.hasPrefix(prefix) }.compactMapValues(\.object)
        }
    }

    static func saves(of name: String) -> Int { self.all.withLock { $0[name]?.saves ?? 0 } }

    var size: Int { self.state.withLock { $0 } }
}

/// The objects of one test.
private struct Shelf {
    private let prefix: String

    init(_ prefix: String) { self.prefix = prefix }

    var sizes: [String: Int] { Kept.living(self.prefix).mapValues(\.size) }

    func identity(_ name: String) -> ObjectIdentifier? { Kept.living(name)[name].map { ObjectIdentifier($0) } }

    func saves(_ name: String) -> Int { Kept.saves(of: name) }
}
