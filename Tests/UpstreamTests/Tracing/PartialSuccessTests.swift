import NIOCore
import Testing
import Upstream

@Suite("What a collector says of an export that it has taken in part")
struct PartialSuccessTests {
    @Test(arguments: [
        (#"{"partialSuccess":{"rejectedSpans":"5","errorMessage":"too old"}}"#, 5, "too old"),
        (#"{"partialSuccess":{"rejectedSpans":5}}"#, 5, ""),
        (#"{"partialSuccess":{"errorMessage":"soon gone"},"more":[1]}"#, 0, "soon gone"),
        (#"{"partialSuccess":{"rejectedSpans":"-3","errorMessage":"odd"}}"#, 0, "odd"),
        (#"{"partialSuccess":{"rejectedSpans":"many","errorMessage":"odd"}}"#, 0, "odd"),
    ])
    func isRead(_ body: String, _ rejected: Int, _ message: String) throws {
        let part = try #require(PartialSuccess(ByteBuffer(string: body)))
        #expect(part.rejectedSpans == rejected && part.message == message)
    }

    @Test(
        "or nothing, when there is nothing to say or to read",
        arguments: [
            "", "{}", "[]", "null", "not JSON", #"{"partialSuccess":null}"#, #"{"partialSuccess":{}}"#,
            #"{"partialSuccess":{"rejectedSpans":"0","errorMessage":""}}"#, #"{"partialSuccess":7}"#,
            #"{"partialSuccess":{"rejectedSpans":[1]}}"#,
        ]
    )
    func isNothing(_ body: String) {
        #expect(PartialSuccess(ByteBuffer(string: body)) == nil)
    }

    @Test func aLongMessageIsCut() {
        let body = #"{"partialSuccess":{"errorMessage":"\#(String(repeating: "x", count: 1000))"}}"#
        #expect(PartialSuccess(ByteBuffer(string: body))?.message.count == 200)
    }
}
