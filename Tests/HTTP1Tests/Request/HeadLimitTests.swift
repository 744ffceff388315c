import FilterAPI
import HTTP1
import NIOCore
import Testing

struct HeadLimitTests {
    private let limits = HeadLimits(startLineBytes: 40, headerBytes: 60, fieldCount: 3)

    private func expect(_ text: String, _ matches: (RequestOutcome) -> Bool) {
        for pieces in arrivals(of: wire(text)) { #expect(matches(readRequest(pieces, limits: self.limits))) }
    }

    @Test func requestLineMayFillItsLimitAndNotMore() {
        let fitting = "GET /" + String(repeating: "a", count: 26) + " HTTP/1.1"
        #expect(fitting.utf8.count == 40)
        self.expect(fitting + "\r\nHost: a\r\n\r\n") { $0.summary != nil }
        let long = "GET /" + String(repeating: "a", count: 27) + " HTTP/1.1"
        self.expect(long + "\r\nHost: a\r\n\r\n") { $0 == .failed(.requestLineTooLong) }
    }

    @Test(arguments: ["A", "GET /a", "GET /a?"])
    func requestLineWithoutEndIsRefusedAtItsLimit(_ start: String) {
        let fill = String(repeating: "a", count: 42 - start.utf8.count)
        #expect(readRequest(start + fill.dropLast(), limits: self.limits) == .needMore)
        self.expect(start + fill) { $0 == .failed(.requestLineTooLong) }
    }

    @Test func fieldLinesMayFillTheirLimitAndNotMore() {
        let line = "GET / HTTP/1.1\r\n"
        let host = "Host: a\r\n"
        let fitting = host + "X: " + String(repeating: "b", count: 46) + "\r\n"
        #expect(fitting.utf8.count == 60)
        self.expect(line + fitting + "\r\n") { $0.summary != nil }
        let long = host + "X: " + String(repeating: "b", count: 47) + "\r\n"
        self.expect(line + long + "\r\n") { $0 == .failed(.headerTooLarge) }
    }

    @Test(arguments: ["", "X", "X: ", "Host: a\r\nX: \t"])
    func fieldLineWithoutEndIsRefusedAtTheLimit(_ start: String) {
        let line = "GET / HTTP/1.1\r\n"
        let fill = String(repeating: "a", count: 62 - start.utf8.count)
        #expect(readRequest(line + start + fill.dropLast(), limits: self.limits) == .needMore)
        self.expect(line + start + fill) { $0 == .failed(.headerTooLarge) }
    }

    @Test func fieldsAreCounted() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nB: b\r\nC: c\r\n"
        self.expect(head + "\r\n") { $0.summary?.fields.count == 3 }
        self.expect(head + "D") { $0 == .failed(.tooManyFields) }
    }

    @Test func defaultsAreThoseOfTheEdge() {
        #expect(HeadLimits().startLineBytes == 8_192)
        #expect(HeadLimits().headerBytes == 61_440)
        #expect(HeadLimits().fieldCount == 100)
    }

    @Test func limitsStayInTheRangeOfTheTable() {
        let limits = HeadLimits(startLineBytes: -1, headerBytes: .max, fieldCount: .max)
        #expect(limits.startLineBytes == 16)
        #expect(limits.headerBytes == 1 << 24)
        #expect(limits.fieldCount == 65_535)
    }

    @Test func nameThatDoesNotFitItsTableIsRefused() {
        let name = String(repeating: "a", count: 65_536)
        let limits = HeadLimits(headerBytes: 1 << 20)
        #expect(readRequest("GET / HTTP/1.1\r\n\(name): b\r\n\r\n", limits: limits) == .failed(.headerTooLarge))
        let fitting = readRequest("GET / HTTP/1.0\r\n\(name.dropLast()): b\r\n\r\n", limits: limits)
        #expect(fitting.summary?.fields.first?.name.utf8.count == 65_535)
    }

    @Test func statusLineHasTheSameLimit() {
        let fitting = "HTTP/1.1 200 " + String(repeating: "a", count: 27)
        for pieces in arrivals(of: wire(fitting + "\r\n\r\n")) {
            #expect(readResponse(pieces, limits: self.limits).summary?.reason.utf8.count == 27)
        }
        for pieces in arrivals(of: wire(fitting + "a\r\n\r\n")) {
            #expect(readResponse(pieces, limits: self.limits) == .failed(.statusLineTooLong))
        }
    }
}
