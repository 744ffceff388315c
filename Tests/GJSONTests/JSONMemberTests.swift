import GJSON
import Testing

struct JSONMemberTests {
    private func members(of json: String, limit: Int = .max) -> (members: [String], isValid: Bool) {
        var seen: [String] = []
        let isValid = Array(json.utf8).withUnsafeBytes { bytes in
            JSONText.forEachMember(of: bytes) { member in
                seen.append(member.name + "=" + String(decoding: member.value, as: UTF8.self))
                return seen.count < limit
            }
        }
        return (seen, isValid)
    }

    @Test(
        "Members come in order, with raw values",
        arguments: [
            ("{}", []), (" { } ", []), (#"{"a":1}"#, ["a=1"]),
            (#"{ "a" : [1, 2] , "b":{"c":"}"},"a":"x\"y" }"#, ["a=[1, 2]", #"b={"c":"}"}"#, #"a="x\"y""#]),
            (#"{"\u0061\n":null,"":true}"#, ["a\n=null", "=true"]),
        ] as [(String, [String])]
    )
    func order(_ json: String, expected: [String]) {
        let result = members(of: json)
        #expect(result.members == expected)
        #expect(result.isValid)
    }

    @Test(
        "What is no valid object is reported",
        arguments: [
            "", "[]", "1", "{", #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":1,"#, #"{"a":1,}"#, #"{"a":tru}"#,
            #"{"a":[1}}"#, "{}x", #"{"a":1}{}"#,
            #"{"a":01}"#, #"{"a":"\x"}"#, #"{"a\x":1}"#,
        ]
    )
    func faults(_ json: String) {
        #expect(!members(of: json).isValid)
    }

    @Test("The caller ends the walk early")
    func earlyEnd() {
        let result = members(of: #"{"a":1,"b":2,broken"#, limit: 2)
        #expect(result.members == ["a=1", "b=2"])
        #expect(result.isValid)
    }

    @Test("Names compare unescaped")
    func names() {
        var matches: [Bool] = []
        _ = Array(#"{"model":1,"m\u006fdel":2,"models":3,"\u00":4}"#.utf8).withUnsafeBytes { bytes in
            JSONText.forEachMember(of: bytes) { member in
                matches.append(member.isNamed("model"))
                return true
            }
        }
        #expect(matches == [true, true, false])
    }

    @Test("Nesting of values counts from the object")
    func depth() {
        let json = Array(#"{"a":[[1]]}"#.utf8)
        #expect(json.withUnsafeBytes { JSONText.forEachMember(of: $0, maximumDepth: 3) { _ in true } })
        #expect(!json.withUnsafeBytes { JSONText.forEachMember(of: $0, maximumDepth: 2) { _ in true } })
    }
}
