import FilterRuntime
import Testing

@Suite("The protocols that a client would change to")
struct UpgradeOfferTests {
    @Test(
        "the first of them that the route allows is taken, without case",
        arguments: [
            ("websocket", ["websocket"], "websocket"),
            ("WebSocket", ["websocket"], "WebSocket"),
            ("h2c, websocket", ["websocket"], "websocket"),
            ("a ,\tb", ["b", "a"], "a"),
            (",, b/2 ,", ["b/2"], "b/2"),
            ("websocket", [], nil),
            ("websocket/13", ["websocket"], nil),
            ("", ["websocket"], nil),
            ("web socket", ["websocket"], nil),
        ] as [(String, [String], String?)]
    )
    func choice(_ field: String, _ allowed: [String], _ chosen: String?) {
        #expect(UpgradeOffer(field: field).choice(of: allowed, isGet: true) == chosen)
    }

    @Test("a WebSocket needs a GET, other protocols do not")
    func methods() {
        let offer = UpgradeOffer(field: "websocket, tcp")
        #expect(offer.choice(of: ["websocket"], isGet: false) == nil)
        #expect(offer.choice(of: ["websocket", "tcp"], isGet: false) == "tcp")
    }

    @Test("the name of an extended CONNECT is no list")
    func connect() {
        #expect(UpgradeOffer(connect: "a, b").choice(of: ["b"], isGet: true) == nil)
        #expect(UpgradeOffer(connect: "WebSocket").choice(of: ["websocket"], isGet: true) == "WebSocket")
    }
}
