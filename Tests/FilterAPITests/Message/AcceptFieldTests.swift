import FilterAPI
import Testing

@Suite("A client takes JSON")
struct AcceptFieldTests {
    @Test(
        "when it says so",
        arguments: [
            "application/json", "*/*", "application/*", "APPLICATION/JSON", "text/html, application/json",
            "text/html , */* ; q=0.1", "application/json;q=0.001", "application/json; charset=utf-8",
            "*/*;q=0, application/json", "application/*;q=0, application/json;q=0.5, */*;q=0",
            "text/plain;a=\"x,y;z\", application/json", "application/json;q=",
        ]
    )
    func accepted(_ field: String) {
        #expect(AcceptField.accepts("application/json", in: field))
    }

    @Test(
        "and else does not",
        arguments: [
            "", ",", "text/html", "application/jsonp", "xapplication/json", "json", "application/json;q=0",
            "application/json;q=0.000", "application/json ; Q=0", "*/*;q=0", "application/*;q=0",
            "*/*, application/json;q=0", "*/*, application/*;q=0.0", "text/*, image/*",
            "text/plain;a=\", application/json\"",
            "text/plain;a=\"\\\", application/json\"",
        ]
    )
    func refused(_ field: String) {
        #expect(!AcceptField.accepts("application/json", in: field))
    }
}
