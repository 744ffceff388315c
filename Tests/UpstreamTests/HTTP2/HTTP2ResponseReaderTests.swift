import FilterAPI
import NIOHPACK
import Testing

@testable import Upstream

/// Responses from header sections and DATA frames.
struct HTTP2ResponseReaderTests {
    /// What a service sends on one stream.
    enum Part: Sendable, CustomTestStringConvertible {
        case section([(String, String)], end: Bool = false)
        case data(Int, end: Bool = false)

        var testDescription: String {
            switch self {
            case .section(let fields, let end): "\(fields.map { "\($0): \($1)" })\(end ? " END" : "")"
            case .data(let count, let end): "DATA(\(count))\(end ? " END" : "")"
            }
        }
    }

    private static let ok: (String, String) = (":status", "200")

    /// What a reader says of these parts; a failure ends it.
    private func read(_ parts: [Part], _ method: HTTPMethod = .get) -> [String] {
        var reader = HTTP2ResponseReader(method)
        var heard: [String] = []
        for part in parts {
            switch part {
            case .section(let fields, let end):
                var head = ResponseHead(status: 0)
                switch reader.read(HPACKHeaders(fields), endsStream: end, into: &head) {
                case .ignored: heard.append("ignored")
                case .informational: heard.append("informational \(head.status)")
                case .head(let hasBody): heard.append("head \(head.status)\(hasBody ? " and a body" : "")")
                case .trailers(let trailers):
                    heard.append("trailers \((trailers ?? [:]).map { "\($0.name)=\($0.value)" })")
                case .malformed(let reason): return heard + [reason]
                }
            case .data(let count, let end):
                if let reason = reader.readData(count, endsStream: end) { return heard + [reason] }
                heard.append("data \(count)")
            }
            if reader.hasEnded { heard.append("end") }
        }
        return heard
    }

    @Test(
        arguments: [
            ([.section([ok], end: true)], ["head 200", "end"]),
            ([.section([ok]), .data(5, end: true)], ["head 200 and a body", "data 5", "end"]),
            ([.section([ok]), .data(0, end: true)], ["head 200 and a body", "data 0", "end"]),
            (
                [.section([ok, ("content-length", "5")]), .data(2), .data(3), .data(0, end: true)],
                ["head 200 and a body", "data 2", "data 3", "data 0", "end"]
            ),
            ([.section([ok, ("content-length", "0")], end: true)], ["head 200", "end"]),
            (
                [
                    .section([(":status", "103"), ("link", "</a>")]), .section([(":status", "100")]),
                    .section([ok], end: true),
                ],
                ["informational 103", "ignored", "head 200", "end"]
            ),
            (
                [.section([ok]), .data(1), .section([("grpc-status", "0")], end: true)],
                ["head 200 and a body", "data 1", #"trailers ["grpc-status=0"]"#, "end"]
            ),
            // Trailers that must not come after the body are dropped.
            (
                [.section([ok]), .section([("content-length", "9"), ("x-a", "b")], end: true)],
                ["head 200 and a body", #"trailers ["x-a=b"]"#, "end"]
            ),
            ([.section([(":status", "304"), ("content-length", "9")], end: true)], ["head 304", "end"]),
            ([.section([(":status", "204")]), .data(0, end: true)], ["head 204", "data 0", "end"]),
            ([.section([ok, ("te", "trailers")], end: true)], ["head 200", "end"]),
        ] as [([Part], [String])]
    )
    func responsesAreRead(_ parts: [Part], _ heard: [String]) {
        #expect(read(parts) == heard)
    }

    @Test func theAnswerToHeadHasALengthAndNoBody() {
        #expect(read([.section([Self.ok, ("content-length", "9")], end: true)], .head) == ["head 200", "end"])
        #expect(read([.section([Self.ok]), .data(1)], .head) == ["head 200", "a body where there is none"])
    }

    @Test(
        arguments: [
            ([.section([])], "a head without a status"),
            ([.section([("x-a", "b")])], "a head without a status"),
            ([.section([ok, ok])], "a misplaced pseudo-header field"),
            ([.section([("x-a", "b"), ok])], "a misplaced pseudo-header field"),
            ([.section([ok, (":path", "/")])], "a misplaced pseudo-header field"),
            ([.section([ok, (":new", "x")])], "a misplaced pseudo-header field"),
            ([.section([(":status", "20")])], "an invalid status"),
            ([.section([(":status", "0200")])], "an invalid status"),
            ([.section([(":status", "+20")])], "an invalid status"),
            ([.section([(":status", "099")])], "an invalid status"),
            ([.section([(":status", "600")])], "an invalid status"),
            ([.section([(":status", "2x0")])], "an invalid status"),
            ([.section([ok, ("X-A", "b")])], "an invalid field name"),
            ([.section([ok, ("", "b")])], "an invalid field name"),
            ([.section([ok, ("x a", "b")])], "an invalid field name"),
            ([.section([ok, ("x-a\r\nx-b", "b")])], "an invalid field name"),
            ([.section([ok, ("x-a", "b\r\nx-b: c")])], "an invalid field value"),
            ([.section([ok, ("x-a", "b\0")])], "an invalid field value"),
            ([.section([ok, ("x-a", " b")])], "an invalid field value"),
            ([.section([ok, ("connection", "close")])], "a field of HTTP/1 connections"),
            ([.section([ok, ("transfer-encoding", "chunked")])], "a field of HTTP/1 connections"),
            ([.section([ok, ("keep-alive", "x")])], "a field of HTTP/1 connections"),
            ([.section([ok, ("upgrade", "x")])], "a field of HTTP/1 connections"),
            ([.section([ok, ("content-length", "x")])], "an invalid content-length"),
            ([.section([ok, ("content-length", "-1")])], "an invalid content-length"),
            ([.section([ok, ("content-length", "")])], "an invalid content-length"),
            ([.section([ok, ("content-length", "1"), ("content-length", "1")])], "an invalid content-length"),
            ([.section([ok, ("content-length", "99999999999999999999")])], "an invalid content-length"),
            ([.section([(":status", "101")])], "the protocol was switched unasked"),
            ([.section([(":status", "103")], end: true)], "an informational response that ends the stream"),
            ([.data(1)], "a body before the head"),
            ([.section([ok, ("content-length", "5")], end: true)], "a body shorter than announced"),
            ([.section([ok, ("content-length", "5")]), .data(4, end: true)], "a body shorter than announced"),
            ([.section([ok, ("content-length", "5")]), .data(6)], "a body longer than announced"),
            (
                [.section([ok, ("content-length", "5")]), .data(4), .section([("x-a", "b")], end: true)],
                "a body shorter than announced"
            ),
            ([.section([ok]), .section([ok])], "a second head"),
            ([.section([ok]), .section([(":status", "200")], end: true)], "malformed trailers"),
            ([.section([ok]), .section([("X-A", "b")], end: true)], "malformed trailers"),
            ([.section([(":status", "204")]), .data(1)], "a body where there is none"),
            ([.section([(":status", "304")]), .data(1)], "a body where there is none"),
            ([.section([ok, ("x-a", String(repeating: "a", count: 70_000))])], "a head beyond the limits"),
            ([.section([ok] + (0..<101).map { ("x-\($0)", "") })], "a head beyond the limits"),
        ] as [([Part], String)]
    )
    func malformedResponsesAreRefused(_ parts: [Part], _ reason: String) {
        #expect(read(parts).last == reason)
    }

    @Test func informationalResponsesAreBounded() {
        let parts = Array(repeating: Part.section([(":status", "100")]), count: 11)
        #expect(read(parts).last == "too many informational responses")
        #expect(read(Array(parts.prefix(10)) + [.section([Self.ok], end: true)]).last == "end")
    }
}
