import NIOCore
import Testing

@testable import Upstream

@Suite("RESP parser")
struct RESPParserTests {
    private static let values: [(wire: String, value: RESPValue)] = [
        ("+OK\r\n", .simpleString("OK")),
        ("+\r\n", .simpleString("")),
        ("-ERR no\r\n", .error("ERR no")),
        (":0\r\n", .integer(0)),
        (":-42\r\n", .integer(-42)),
        (":+42\r\n", .integer(42)),
        (":9223372036854775807\r\n", .integer(.max)),
        (":-9223372036854775808\r\n", .integer(.min)),
        ("$5\r\nhello\r\n", "hello"),
        ("$0\r\n\r\n", ""),
        ("$4\r\n\r\n\r\n\r\n", "\r\n\r\n"),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("_\r\n", .null),
        ("*0\r\n", .array([])),
        ("*2\r\n$1\r\na\r\n:1\r\n", .array(["a", .integer(1)])),
        ("*2\r\n*1\r\n*0\r\n*-1\r\n", .array([.array([.array([])]), .null])),
        ("%0\r\n", .map([])),
        (
            "%2\r\n+a\r\n:1\r\n+b\r\n%1\r\n+c\r\n_\r\n",
            .map([
                RESPMapEntry(key: .simpleString("a"), value: .integer(1)),
                RESPMapEntry(
                    key: .simpleString("b"),
                    value: .map([RESPMapEntry(key: .simpleString("c"), value: .null)])
                ),
            ])
        ),
        ("~2\r\n:1\r\n:2\r\n", .set([.integer(1), .integer(2)])),
        (">2\r\n+invalidate\r\n*0\r\n", .push([.simpleString("invalidate"), .array([])])),
        ("#t\r\n", .boolean(true)),
        ("#f\r\n", .boolean(false)),
        (",1.5\r\n", .double(1.5)),
        (",-1e3\r\n", .double(-1000)),
        (",10\r\n", .double(10)),
        (",inf\r\n", .double(.infinity)),
        (",-inf\r\n", .double(-.infinity)),
        (
            "(-3492890328409238509324850943850943825024385\r\n",
            .bigNumber(ByteBuffer(string: "-3492890328409238509324850943850943825024385"))
        ),
        ("!5\r\nERR a\r\n", .error("ERR a")),
        ("=8\r\ntxt:Some\r\n", .verbatimString(RESPVerbatimString(payload: ByteBuffer(string: "txt:Some"))!)),
        ("|1\r\n+ttl\r\n:3\r\n+OK\r\n", .simpleString("OK")),
        ("|0\r\n+OK\r\n", .simpleString("OK")),
        ("*2\r\n|1\r\n+a\r\n*1\r\n:1\r\n:2\r\n:3\r\n", .array([.integer(2), .integer(3)])),
        ("*1\r\n|1\r\n+a\r\n|1\r\n+b\r\n:0\r\n:1\r\n:7\r\n", .array([.integer(7)])),
    ]

    @Test("reads every type", arguments: values)
    func readsEveryType(wire: String, value: RESPValue) throws {
        var parser = RESPParser()
        parser.append(ByteBuffer(string: wire))
        #expect(try parser.next() == value)
        #expect(try parser.next() == nil)
    }

    @Test("reads the same from single bytes, and no sooner than at the last", arguments: values)
    func readsFromSingleBytes(wire: String, value: RESPValue) throws {
        var parser = RESPParser()
        for byte in wire.utf8 {
            #expect(try parser.next() == nil)
            parser.append(ByteBuffer(bytes: [byte]))
        }
        #expect(try parser.next() == value)
    }

    @Test("reads values that follow one another, cut at any place")
    func readsValuesInSequence() throws {
        let wire = Self.values.map(\.wire).joined()
        for cut in 0...wire.utf8.count {
            var parser = RESPParser()
            var read: [RESPValue] = []
            for piece in [wire.utf8.prefix(cut), wire.utf8.dropFirst(cut)] {
                parser.append(ByteBuffer(bytes: piece))
                while let value = try parser.next() { read.append(value) }
            }
            #expect(read == Self.values.map(\.value))
        }
    }

    @Test("reads NaN")
    func readsNaN() throws {
        var parser = RESPParser()
        parser.append(ByteBuffer(string: ",nan\r\n"))
        guard case .double(let double) = try parser.next() else { return #expect(Bool(false)) }
        #expect(double.isNaN)
    }

    @Test("tells a verbatim string's format from its text")
    func splitsVerbatimStrings() throws {
        let verbatim = try #require(RESPVerbatimString(payload: ByteBuffer(string: "mkd:# a")))
        #expect(verbatim.format == "mkd")
        #expect(verbatim.text == ByteBuffer(string: "# a"))
    }

    private static let hostile: [(wire: String, error: RESPParseError)] = [
        ("HTTP/1.1 400 Bad Request\r\n", .unknownType(UInt8(ascii: "H"))),
        ("\r\n", .malformedLine),
        ("+a\nb\r\n", .malformedLine),
        ("+a\rb\r\n", .malformedLine),
        (":\r\n", .malformedNumber),
        (":-\r\n", .malformedNumber),
        (":1a\r\n", .malformedNumber),
        (":9223372036854775808\r\n", .malformedNumber),
        (":-9223372036854775809\r\n", .malformedNumber),
        (",\r\n", .malformedNumber),
        (",0x1p3\r\n", .malformedNumber),
        (",infinity\r\n", .malformedNumber),
        (",1.5.5\r\n", .malformedNumber),
        ("(1.5\r\n", .malformedNumber),
        ("#x\r\n", .malformedLine),
        ("#\r\n", .malformedLine),
        ("#true\r\n", .malformedLine),
        ("_x\r\n", .malformedLine),
        ("$\r\n", .malformedLength),
        ("$-2\r\n", .malformedLength),
        ("$1x\r\n", .malformedLength),
        ("$99999999999999999999999\r\n", .malformedLength),
        ("$99999999999\r\n", .bulkTooLong(limit: 64 << 20)),
        ("!99999999999\r\n", .bulkTooLong(limit: 64 << 20)),
        ("!-1\r\n", .malformedLength),
        ("=-1\r\n", .malformedLength),
        ("=3\r\ntxt\r\n", .malformedVerbatimString),
        ("=0\r\n\r\n", .malformedVerbatimString),
        ("$2\r\nabc\r\n", .missingTerminator),
        ("*1000000000\r\n", .tooManyValues(limit: 1 << 20)),
        ("%9223372036854775807\r\n", .tooManyValues(limit: 1 << 20)),
        ("*600000\r\n*600000\r\n", .tooManyValues(limit: 1 << 20)),
        ("*-2\r\n", .malformedLength),
        ("%-1\r\n", .malformedLength),
        ("|-1\r\n", .malformedLength),
        ("$?\r\n", .streamedTypeUnsupported),
        ("*?\r\n", .streamedTypeUnsupported),
        (";4\r\n", .streamedTypeUnsupported),
        (".\r\n", .streamedTypeUnsupported),
        ("*1\r\n>1\r\n+a\r\n", .pushInsideAggregate),
        (String(repeating: "*1\r\n", count: 33), .nestedTooDeep(limit: 32)),
        (String(repeating: "|1\r\n", count: 40), .nestedTooDeep(limit: 32)),
        ("+" + String(repeating: "a", count: 70_000), .lineTooLong(limit: 64 << 10)),
    ]

    @Test("refuses what is not RESP, and stays refusing", arguments: hostile)
    func refuses(wire: String, error: RESPParseError) {
        var parser = RESPParser()
        parser.append(ByteBuffer(string: wire))
        #expect(throws: error) { while try parser.next() != nil {} }
        parser.append(ByteBuffer(string: "+OK\r\n"))
        #expect(throws: error) { try parser.next() }
    }

    @Test("counts the bytes of a whole reply, and starts anew with the next")
    func limitsReplyLength() throws {
        var limits = RESPLimits()
        limits.maximumReplyLength = 64
        var parser = RESPParser(limits: limits)
        for _ in 0..<10 {
            parser.append(ByteBuffer(string: "*1\r\n$40\r\n"))
            parser.append(ByteBuffer(repeating: 0x61, count: 40))
            parser.append(ByteBuffer(string: "\r\n"))
            #expect(try parser.next() != nil)
        }
        parser.append(ByteBuffer(string: "*2\r\n$30\r\n"))
        parser.append(ByteBuffer(repeating: 0x61, count: 30))
        parser.append(ByteBuffer(string: "\r\n$30\r\n"))
        #expect(throws: RESPParseError.replyTooLong(limit: 64)) { try parser.next() }
    }

    @Test("keeps earlier values intact while later bytes arrive")
    func keepsSlicesIntact() throws {
        var parser = RESPParser()
        var read: [RESPValue] = []
        for number in 0..<200 {
            let text = "value \(number)"
            parser.append(ByteBuffer(string: "$\(text.utf8.count)\r\n\(text)\r\n$7\r\npart"))
            while let value = try parser.next() { read.append(value) }
            parser.append(ByteBuffer(string: "ial\r\n"))
            while let value = try parser.next() { read.append(value) }
        }
        let expected = (0..<200).flatMap { number -> [RESPValue] in
            [.bulkString(ByteBuffer(string: "value \(number)")), "partial"]
        }
        #expect(read == expected)
    }

    @Test("survives mutated and random bytes, and reads the same however they are cut")
    func survivesHostileBytes() {
        var generator = RedisTestGenerator(seed: 0x5EED)
        let valid = Self.values.map { Array($0.wire.utf8) }
        for _ in 0..<4000 {
            var bytes = (0..<Int.random(in: 1...3, using: &generator)).flatMap { _ in
                valid.randomElement(using: &generator) ?? []
            }
            for _ in 0..<Int.random(in: 0...4, using: &generator) { mutate(&bytes, &generator) }
            let whole = outcome(of: [bytes[...]])
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            #expect(outcome(of: [bytes[..<cut], bytes[cut...]]) == whole)
            #expect(outcome(of: bytes.indices.map { bytes[$0...$0] }) == whole)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout RedisTestGenerator) {
        let alphabet = Array("+-:$*_#,(!=%~>|?;.\r\n0123456789 t".utf8) + [0, 0xFF]
        let byte = alphabet.randomElement(using: &generator) ?? 0
        let index = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(byte, at: index)
        case 1 where index < bytes.count: bytes[index] = byte
        case 2 where index < bytes.count: bytes.remove(at: index)
        default: bytes += (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
    }

    /// The values read, written out because NaN differs from itself, and how it ended.
    private func outcome(of pieces: [ArraySlice<UInt8>]) -> [String] {
        var parser = RESPParser()
        var outcome: [String] = []
        do throws(RESPParseError) {
            for piece in pieces {
                parser.append(ByteBuffer(bytes: piece))
                while let value = try parser.next() { outcome.append(written(value)) }
            }
        } catch {
            outcome.append("\(error)")
        }
        return outcome
    }

    private func written(_ value: RESPValue) -> String {
        switch value {
        case .null, .integer, .double, .boolean: "\(value)"
        case .simpleString(let bytes), .bulkString(let bytes), .error(let bytes), .bigNumber(let bytes):
            "\(Array(bytes.readableBytesView))"
        case .verbatimString(let verbatim): "\(verbatim.format) \(Array(verbatim.text.readableBytesView))"
        case .array(let values), .set(let values), .push(let values): "[\(values.map(written))]"
        case .map(let entries): "{\(entries.map { written($0.key) + written($0.value) })}"
        }
    }
}
