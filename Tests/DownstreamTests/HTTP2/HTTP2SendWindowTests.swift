import NIOCore
import TestSupport
import Testing

@testable import Downstream

@Suite("HTTP/2: what a client admits")
struct HTTP2SendWindowTests {
    @Test(
        "a window grows up to the protocol's largest, and no further",
        arguments: [
            (65_535, 1, 65_536), (65_535, 0x7FFF_FFFF - 65_535, 0x7FFF_FFFF), (65_535, 0x7FFF_FFFF - 65_534, nil),
            (0, 0x7FFF_FFFF, 0x7FFF_FFFF), (1, 0x7FFF_FFFF, nil), (-5, 0x7FFF_FFFF, 0x7FFF_FFFA), (10, -30, -20),
            (-0x7FFF_FFFF, 0x7FFF_FFFF, 0),
        ] as [(Int, Int, Int?)]
    )
    func widening(_ available: Int, _ count: Int, _ expected: Int?) {
        var window = HTTP2SendWindow(available)
        let isAllowed = window.widen(by: count)
        #expect(isAllowed == (expected != nil))
        #expect(window.available == expected ?? available)
    }

    @Test("what is sent is taken off, also below zero after a change of the settings")
    func taking() {
        var window = HTTP2SendWindow(1000)
        window.take(600)
        let isShrunk = window.widen(by: 100 - 1000)
        #expect(isShrunk && window.available == -500)
        let isWidened = window.widen(by: 501)
        #expect(isWidened && window.available == 1)
    }
}

@Suite("HTTP/2: a client's settings")
struct HTTP2ClientSettingsTests {
    @Test(
        "are taken in their order, and have to be sound",
        arguments: [
            ([], nil, 65_535, 4096), ([(4, 100), (4, 1)], nil, 1, 4096), ([(4, 0x7FFF_FFFF)], nil, 0x7FFF_FFFF, 4096),
            ([(4, 0x8000_0000)], .flowControlError, 65_535, 4096), ([(2, 0), (2, 1)], nil, 65_535, 4096),
            ([(2, 2)], .protocolError, 65_535, 4096), ([(5, 16_384), (5, 16_777_215)], nil, 65_535, 4096),
            ([(5, 16_383)], .protocolError, 65_535, 4096), ([(5, 16_777_216)], .protocolError, 65_535, 4096),
            ([(1, 10), (1, 4096)], nil, 65_535, 10), ([(1, 65_536)], nil, 65_535, 4096),
            ([(3, 0), (6, 0), (0xFF, 1), (0, 9)], nil, 65_535, 4096),
        ] as [([(UInt16, UInt32)], HTTP2ErrorCode?, Int, Int)]
    )
    func reading(_ values: [(UInt16, UInt32)], _ error: HTTP2ErrorCode?, _ window: Int, _ table: Int) {
        var settings = HTTP2ClientSettings()
        let found = settings.read(ByteBuffer(bytes: HTTP2TestFrame.settings(values).payload))
        #expect(found == error)
        #expect(settings.initialWindow == window && settings.smallestTable == table)
    }
}
